package io.nexus.server.dialect.openai.input;

import io.nexus.control.routing.Api;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import java.util.List;

/** OpenAI's APIs with an input and no generated output. */
public final class InputDialect implements Dialect {

  private final Api api;
  private final String usualModel;

  private InputDialect(Api api, String usualModel) {
    this.api = api;
    this.usualModel = usualModel;
  }

  /** The Embeddings API. */
  public static InputDialect embeddings() {
    return new InputDialect(Api.EMBEDDINGS, "");
  }

  /** The Moderations API, in which the model is optional. */
  public static InputDialect moderations() {
    return new InputDialect(Api.MODERATIONS, "omni-moderation-latest");
  }

  @Override
  public Api api() {
    return api;
  }

  @Override
  public List<String> paths() {
    return List.of("/v1/" + api.label());
  }

  @Override
  public Asked read(Call call) {
    return InputRequestParser.parse(call.bodyWithModel(), api, usualModel);
  }
}
