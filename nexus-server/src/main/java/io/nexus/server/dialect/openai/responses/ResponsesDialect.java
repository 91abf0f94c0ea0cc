package io.nexus.server.dialect.openai.responses;

import io.nexus.control.routing.Api;
import io.nexus.control.tokens.HeuristicTokenCounter;
import io.nexus.server.dialect.Answer;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.dialect.OutputMeter;
import java.util.List;

/**
 * OpenAI's Responses API: its POST requests with a model. Requests about stored responses have
 * routes of their own, since they cost nothing.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses">Responses</a>
 */
public final class ResponsesDialect implements Dialect {

  private final RequestKind kind;

  private ResponsesDialect(RequestKind kind) {
    this.kind = kind;
  }

  /** The dialect that makes responses. */
  public static ResponsesDialect create() {
    return new ResponsesDialect(RequestKind.CREATE);
  }

  /** The dialect that shortens conversations. */
  public static ResponsesDialect compact() {
    return new ResponsesDialect(RequestKind.COMPACT);
  }

  /** The dialect that counts the tokens of an input, which is free. */
  public static ResponsesDialect count() {
    return new ResponsesDialect(RequestKind.COUNT);
  }

  /** Parses a stored response as a backend returns it. */
  public static Answer kept(byte[] body) {
    var counter = new HeuristicTokenCounter().forModel("").orElseThrow();
    return ResponseAnswer.read(body, new OutputMeter(counter), Wishes.OF_KEPT);
  }

  @Override
  public Api api() {
    return kind.api();
  }

  @Override
  public List<String> paths() {
    return List.of("/v1" + kind.path());
  }

  @Override
  public Asked read(Call call) {
    return RequestParser.parse(call.bodyWithModel(), kind, call.earlier());
  }
}
