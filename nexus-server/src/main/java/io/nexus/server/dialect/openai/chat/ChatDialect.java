package io.nexus.server.dialect.openai.chat;

import io.nexus.control.routing.Api;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Dialect;

/** OpenAI's Chat Completions API. */
public final class ChatDialect implements Dialect {

  @Override
  public Api api() {
    return Api.CHAT;
  }

  @Override
  public Asked read(byte[] body) {
    return ChatRequestParser.parse(body);
  }
}
