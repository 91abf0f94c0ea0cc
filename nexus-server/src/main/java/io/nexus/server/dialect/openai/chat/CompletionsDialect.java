package io.nexus.server.dialect.openai.chat;

import io.nexus.control.routing.Api;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import java.util.List;

/** OpenAI's older Completions API. Its answers have the form of chat's. */
public final class CompletionsDialect implements Dialect {

  @Override
  public Api api() {
    return Api.COMPLETIONS;
  }

  @Override
  public List<String> paths() {
    return List.of("/v1/completions");
  }

  @Override
  public Asked read(Call call) {
    return CompletionRequestParser.parse(call.bodyWithModel());
  }
}
