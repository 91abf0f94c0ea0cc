package io.nexus.server.dialect.openai.responses;

import io.nexus.control.routing.Api;

/** What is posted to the API with a model in it; the bodies are of one form. */
enum RequestKind {
  /** A response is to be made. */
  CREATE("/responses", Api.RESPONSES),
  /** A conversation is to be made short; nothing limits how much that generates. */
  COMPACT("/responses/compact", Api.RESPONSES_COMPACT),
  /** An input is to be counted. */
  COUNT("/responses/input_tokens", Api.RESPONSES_COUNT);

  private final String path;
  private final Api api;

  RequestKind(String path, Api api) {
    this.path = path;
    this.api = api;
  }

  /** Below a backend's address. */
  String path() {
    return path;
  }

  /** What it is routed and paid as. */
  Api api() {
    return api;
  }
}
