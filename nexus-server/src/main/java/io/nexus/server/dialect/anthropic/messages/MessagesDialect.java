package io.nexus.server.dialect.anthropic.messages;

import io.nexus.control.routing.Api;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.dialect.anthropic.AnthropicErrors;
import io.nexus.server.http.ErrorForm;
import java.util.List;

/**
 * Anthropic's Messages API, including the counting of tokens.
 *
 * @see <a href="https://platform.claude.com/docs/en/api/messages">Messages</a>
 */
public final class MessagesDialect implements Dialect {

  private static final String PATH = "/v1/messages";

  private final Api api;
  private final String path;

  private MessagesDialect(Api api, String path) {
    this.api = api;
    this.path = path;
  }

  /** The dialect that makes messages. */
  public static MessagesDialect create() {
    return new MessagesDialect(Api.MESSAGES, PATH);
  }

  /** The dialect that counts the tokens of a request. */
  public static MessagesDialect count() {
    return new MessagesDialect(Api.MESSAGES_COUNT, PATH + "/count_tokens");
  }

  @Override
  public Api api() {
    return api;
  }

  @Override
  public List<String> paths() {
    return List.of(path);
  }

  @Override
  public ErrorForm errors() {
    return AnthropicErrors.FORM;
  }

  @Override
  public Asked read(Call call) {
    return MessagesRequestParser.parse(call, api);
  }
}
