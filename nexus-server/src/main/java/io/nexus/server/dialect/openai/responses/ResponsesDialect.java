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
 * OpenAI's Responses API: what is posted with a model in it. What is asked of responses that are
 * kept has routes of its own, since it costs nothing.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/responses">Responses</a>
 */
public final class ResponsesDialect implements Dialect {

  private final RequestKind kind;

  private ResponsesDialect(RequestKind kind) {
    this.kind = kind;
  }

  /** Makes a response. */
  public static ResponsesDialect create() {
    return new ResponsesDialect(RequestKind.CREATE);
  }

  /** Makes a long conversation short. */
  public static ResponsesDialect compact() {
    return new ResponsesDialect(RequestKind.COMPACT);
  }

  /** Counts the tokens of an input, which costs nothing. */
  public static ResponsesDialect count() {
    return new ResponsesDialect(RequestKind.COUNT);
  }

  /** A response that is kept, as a backend shows it to who asks after it. */
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
