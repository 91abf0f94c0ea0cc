package io.nexus.bench.money;

import io.nexus.server.mock.Api;

/** The scenarios, each with its own budget. */
public enum MoneyScenario {
  /** Parallel requests worth three times the budget. */
  race("requests at once, at the limit", Api.CHAT, Share.WHOLE),
  /** The same with streams. */
  streams("streams at once, at the limit", Api.CHAT, Share.STREAMS),
  /** Clients that leave in the middle of a stream. */
  leave("clients leave half-way", Api.CHAT, Share.STREAMS),
  /** Clients that read the first event, wait, and then the rest. */
  slow("clients that read slowly", Api.CHAT, Share.STREAMS),
  /** Answers and streams that break off half-way. */
  breaks("answers break half-way", Api.CHAT, Share.BOTH),
  /** Connections reset after the answer was generated and billed. */
  unanswered("made, billed, never sent; retries", Api.CHAT, Share.BOTH),
  /** Reported usage of a tenth of the real one. */
  understated("usage reported too low", Api.CHAT, Share.BOTH),
  /** Reported usage of ten times the possible one. */
  overstated("usage reported too high", Api.CHAT, Share.BOTH),
  /** Usage of zeros. */
  zeros("usage of zeros", Api.CHAT, Share.BOTH),
  /** Three quarters of an answer are hidden reasoning. */
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
  /** The gateway is killed during streams, and restarted. */
  killed("kill -9 and restart", Api.CHAT, Share.BOTH),
  /** Three gateways on one database. */
  replicas("three replicas, one database", Api.CHAT, Share.BOTH),
  /** One of the three loses its database for a while. */
  cutoff("one of three cut off", Api.CHAT, Share.BOTH),
  /** The database is far: a quarter of a second there and back. */
  late("a late ledger", Api.CHAT, Share.BOTH);

  /** Which requests are streams. */
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

  /** Its name in the table. */
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
   * Whether a gateway can charge exactly the bill. In the other scenarios answers are incomplete or
   * their usage is unreliable, so a gateway must count or assume the worst case.
   */
  boolean isExact() {
    return switch (this) {
      case leave, slow, breaks, unanswered, understated, overstated, zeros, killed, cutoff -> false;
      case race, streams, thinking, cached, errors -> true;
      case responses, messages, gemini, embeddings, replicas, late -> true;
    };
  }
}
