package io.nexus.bench.money;

import io.nexus.server.mock.Api;

/** What a gateway is put through, with a budget of its own for each. */
public enum MoneyScenario {
  /** As many at once as are worth three times the budget. */
  race("requests at once, at the limit", Api.CHAT, Share.WHOLE),
  /** The same as streams. */
  streams("streams at once, at the limit", Api.CHAT, Share.STREAMS),
  /** Clients that go when they have half of a stream. */
  leave("clients leave half-way", Api.CHAT, Share.STREAMS),
  /** Clients that read the first event, wait, and then the rest. */
  slow("clients that read slowly", Api.CHAT, Share.STREAMS),
  /** Answers and streams that break off half-way. */
  breaks("answers break half-way", Api.CHAT, Share.BOTH),
  /** Connections that are reset where the answer was made, and billed, already. */
  unanswered("made, billed, never sent; retries", Api.CHAT, Share.BOTH),
  /** Usage that is a tenth of what was sent. */
  understated("usage reported too low", Api.CHAT, Share.BOTH),
  /** Usage that is ten times what can have been used. */
  overstated("usage reported too high", Api.CHAT, Share.BOTH),
  /** Usage of zeros. */
  zeros("usage of zeros", Api.CHAT, Share.BOTH),
  /** Three quarters of an answer are thought, unseen. */
  thinking("hidden thinking", Api.CHAT, Share.STREAMS),
  /** Three quarters of the prompt come from a cache, at a lower price. */
  cached("cached prompts", Api.CHAT, Share.BOTH),
  /** Errors with status 200, which cost nothing. */
  errors("errors inside a 200", Api.CHAT, Share.BOTH),
  /** The race in OpenAI's Responses API. */
  responses("Responses: race", Api.RESPONSES, Share.BOTH),
  /** The race in Anthropic's API. */
  messages("Messages: race", Api.MESSAGES, Share.BOTH),
  /** The race in Google's API. */
  gemini("generateContent: race", Api.GEMINI, Share.BOTH),
  /** The race in OpenAI's embeddings. */
  embeddings("embeddings: race", Api.EMBEDDINGS, Share.WHOLE),
  /** The gateway is killed in the midst of streams, and started again. */
  killed("kill -9 and restart", Api.CHAT, Share.BOTH),
  /** Three gateways on one database. */
  replicas("three replicas, one database", Api.CHAT, Share.BOTH),
  /** One of the three loses its database for a while. */
  cutoff("one of three cut off", Api.CHAT, Share.BOTH),
  /** The database is far: a quarter of a second there and back. */
  late("a late ledger", Api.CHAT, Share.BOTH);

  /** Which of the requests are streams. */
  enum Share {
    WHOLE,
    STREAMS,
    BOTH
  }

  private final String description;
  private final Api api;
  private final Share share;

  MoneyScenario(String description, Api api, Share share) {
    this.description = description;
    this.api = api;
    this.share = share;
  }

  /** What the table calls it. */
  String description() {
    return description;
  }

  Api api() {
    return api;
  }

  /** Whether the request of that number is a stream. */
  boolean isStream(int number) {
    return switch (share) {
      case WHOLE -> false;
      case STREAMS -> true;
      case BOTH -> number % 2 == 0;
    };
  }

  /** Whether it is for several gateways that share a budget. */
  boolean needsReplicas() {
    return this == replicas || this == cutoff || this == late;
  }

  /**
   * Whether what a gateway may charge is what is billed, to the nano-dollar. Elsewhere an answer is
   * not whole, or its report is of no use, and a gateway has to count or to assume the worst.
   */
  boolean isExact() {
    return switch (this) {
      case leave, slow, breaks, unanswered, understated, overstated, zeros, killed, cutoff -> false;
      case race, streams, thinking, cached, errors -> true;
      case responses, messages, gemini, embeddings, replicas, late -> true;
    };
  }
}
