package io.nexus.server.dialect.openai.chat;

import io.nexus.control.routing.Api;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import java.util.List;

/** OpenAI's Chat Completions API. */
public final class ChatDialect implements Dialect {

  @Override
  public Api api() {
    return Api.CHAT;
  }

  @Override
  public List<String> paths() {
    return List.of("/v1/chat/completions");
  }

  @Override
  public Asked read(Call call) {
    return ChatRequestParser.parse(call.bodyWithModel());
  }
}
