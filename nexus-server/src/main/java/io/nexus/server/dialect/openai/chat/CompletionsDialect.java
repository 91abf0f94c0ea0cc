package io.nexus.server.dialect.openai.chat;

import io.nexus.control.routing.Api;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Dialect;

/** OpenAI's older Completions API, whose answers have the form of chat's. */
public final class CompletionsDialect implements Dialect {

  @Override
  public Api api() {
    return Api.COMPLETIONS;
  }

  @Override
  public Asked read(byte[] body) {
    return CompletionRequestParser.parse(body);
  }
}
