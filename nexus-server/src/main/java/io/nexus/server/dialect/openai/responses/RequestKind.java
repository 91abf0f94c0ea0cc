package io.nexus.server.dialect.openai.responses;

import io.nexus.control.routing.Api;

/** The kinds of requests with a model. Their bodies have one form. */
enum RequestKind {
  /** Makes a response. */
  CREATE("/responses", Api.RESPONSES),
  /** Shortens a conversation; its output has no limit. */
  COMPACT("/responses/compact", Api.RESPONSES_COMPACT),
  /** Counts the tokens of an input. */
  COUNT("/responses/input_tokens", Api.RESPONSES_COUNT);

  private final String path;
  private final Api api;

  RequestKind(String path, Api api) {
    this.path = path;
    this.api = api;
  }

  /** The path below a backend's address. */
  String path() {
    return path;
  }

  /** The API for routing and prices. */
  Api api() {
    return api;
  }
}
