package io.nexus.server.dialect.openai.chat;

import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Dialect;

/** OpenAI's Chat Completions API. */
public final class ChatDialect implements Dialect {

  @Override
  public Asked read(byte[] body) {
    return ChatRequestParser.parse(body);
  }
}
