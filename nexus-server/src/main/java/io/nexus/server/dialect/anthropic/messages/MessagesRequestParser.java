package io.nexus.server.dialect.anthropic.messages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.Bound;
import io.nexus.control.routing.Api;
import io.nexus.control.routing.Needs;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.anthropic.messages.MessagesRequest.Places;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.RequestContent;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request for a message in one pass, without a tree. It skips everything that the gateway
 * does not need. One parser reads one request.
 */
final class MessagesRequestParser {

  private static final FieldNames NAMES =
      new FieldNames(
          "model",
          "messages",
          "max_tokens",
          "system",
          "stream",
          "tools",
          "tool_choice",
          "thinking",
          "output_config",
          "output_format",
          "metadata",
          "service_tier",
          "speed",
          "inference_geo",
          "mcp_servers",
          "container",
          "context_management",
          "cache_control",
          "compaction",
          "thread",
          "fallbacks");
  private static final FieldNames METADATA = new FieldNames("user_id");

  private final byte[] body;
  private final JsonParser json;
  private final BlockReader blocks;
  private final BoundReader bound;

  private String model = "";
  private String user = "";
  private boolean stream;
  private boolean messages;
  private long maxTokens;
  private @Nullable Span modelAt;
  private @Nullable Span maxTokensAt;

  private MessagesRequestParser(byte[] body, JsonParser json) {
    this.body = body;
    this.json = json;
    this.blocks = new BlockReader(body, json);
    this.bound = new BoundReader(json, blocks);
  }

  /**
   * Reads a body.
   *
   * @param api the kind of request: a message, or a token count
   * @throws ApiException with status 400, saying what is wrong and where, never quoting the body
   */
  static Asked parse(Call call, Api api) {
    var query = call.query().apply("beta").equals("true") ? "?beta=true" : "";
    var body = call.bodyWithModel();
    try (var json = Json.parser(body)) {
      return new MessagesRequestParser(body, json).parse(api, query);
    } catch (IOException e) {
      throw RequestFields.notJson(e);
    }
  }

  private Asked parse(Api api, String query) throws IOException {
    var _ = RequestFields.each(json, NAMES, this::field);
    bound.end(maxTokens);
    if (modelAt == null) {
      throw RequestFields.missing("model");
    }
    if (!messages) {
      throw RequestFields.missing("messages");
    }
    var content = new RequestContent(body, blocks.read());
    if (api == Api.MESSAGES_COUNT) {
      var needs = new Needs(api, false, false, false, false, false, Bound.of(0, 1));
      return new CountRequest(content, model, needs, user, query, modelAt);
    }
    if (maxTokensAt == null) {
      throw RequestFields.missing("max_tokens");
    }
    boolean vision = !content.prompt().images().isEmpty();
    var kinds = blocks.kinds(false);
    var needs =
        new Needs(api, stream, vision, bound.tools(), bound.isJson(), false, bound.read(kinds));
    var places =
        new Places(modelAt, maxTokensAt, maxTokens, bound.budgetAt(), bound.budget(), bound.uses());
    return new MessagesRequest(content, model, needs, user, query, places);
  }

  private void field(String name) throws IOException {
    switch (name) {
      case "model" -> {
        int from = Json.start(json);
        model = RequestFields.model(json);
        modelAt = new Span(from, Json.end(json));
      }
      case "messages" -> {
        blocks.messages();
        messages = true;
      }
      case "max_tokens" -> {
        maxTokens = bound.integer(name, 1);
        maxTokensAt = bound.limit(name);
      }
      case "system" -> blocks.content(name);
      case "stream" -> stream = RequestFields.flag(json, name);
      case "tools" -> bound.definitions();
      case "thinking" -> bound.thinking();
      case "output_config" -> bound.output();
      case "output_format" -> bound.format();
      case "metadata" -> metadata();
      // The region where the model runs affects the price.
      case "service_tier", "speed", "inference_geo" -> bound.tier();
      case "mcp_servers" -> bound.servers(name);
      case "container" -> bound.elsewhere(name);
      case "context_management" -> bound.management(name);
      case "compaction", "thread" -> bound.state(name);
      case "fallbacks" -> bound.fallbacks(name);
      case "cache_control" -> blocks.cacheControl();
      case "tool_choice",
          "stop_sequences",
          "temperature",
          "top_p",
          "top_k",
          "diagnostics",
          "billing_policy",
          "fallback_credit_token" ->
          json.skipChildren();
      default -> bound.unknown();
    }
  }

  private void metadata() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = METADATA.note(name, seen, "metadata.");
      if (name.equals("user_id")) {
        user = RequestFields.user(json);
      }
      json.skipChildren();
    }
  }
}
