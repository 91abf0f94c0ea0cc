package io.nexus.server.dialect.openai.chat;

import io.nexus.server.dialect.BackendFields;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.openai.chat.ChatRequest.Places;
import io.nexus.server.dialect.request.Edits;
import org.jspecify.annotations.Nullable;

/**
 * The changes to a body before it is forwarded: at most the model's name, the output limit, and the
 * option for usage at a stream's end. All other bytes stay unchanged, except fields that the
 * backend is known to refuse.
 *
 * @param model the model's name at the backend
 * @param maxTokens the output limit to set; 0 to keep the client's
 * @param usualLimit the field for it if the client sent none and it is not known which one the
 *     backend accepts: {@code "max_tokens"} or {@code "max_completion_tokens"}
 * @param fields the fields that the backend accepts
 */
record Forwarding(String model, long maxTokens, String usualLimit, BackendFields fields) {

  /** The body to send; the same array if nothing changes. */
  byte[] body(ChatRequest request) {
    var edits = new Edits(request.content().body());
    var places = request.places();
    var additions = new StringBuilder();
    if (!model.equals(request.model())) {
      edits.replace(places.model(), Edits.quoted(model));
    }
    var refused = fields.maxTokensField().isEmpty() ? null : otherLimit(places);
    boolean isDropped = refused != null && (ownLimit(places) != null || edits.isNull(refused));
    if (refused != null) {
      if (isDropped) {
        edits.remove(refused);
      } else {
        edits.replace(edits.keyOf(refused), Edits.quoted(limitField()));
      }
    }
    if (maxTokens > 0) {
      limit(places, isDropped ? refused : null, edits, additions);
    }
    if (!fields.usageOption().orElse(true)) {
      if (places.streamOptions() != null) {
        edits.remove(places.streamOptions());
      }
    } else if (request.needs().stream() && !request.usageWanted()) {
      includeUsage(places, edits, additions);
    }
    if (!additions.isEmpty()) {
      edits.insert(places.end(), additions.toString());
    }
    return edits.apply();
  }

  private String limitField() {
    return fields.maxTokensField().orElse(usualLimit);
  }

  /** The client's limit in that field; null if there is none. */
  private @Nullable Span ownLimit(Places places) {
    return limitField().equals(ChatRequest.MAX_TOKENS)
        ? places.maxTokens()
        : places.maxCompletionTokens();
  }

  /** The client's limit in the other field; null if there is none. */
  private @Nullable Span otherLimit(Places places) {
    return limitField().equals(ChatRequest.MAX_TOKENS)
        ? places.maxCompletionTokens()
        : places.maxTokens();
  }

  private void limit(Places places, @Nullable Span dropped, Edits edits, StringBuilder additions) {
    var limit = Long.toString(maxTokens);
    boolean said = false;
    for (var span : new @Nullable Span[] {places.maxTokens(), places.maxCompletionTokens()}) {
      if (span != null && !span.equals(dropped) && !edits.isNull(span)) {
        edits.replace(span, limit);
        said = true;
      }
    }
    if (said) {
      return;
    }
    var own = ownLimit(places);
    if (own == null) {
      additions.append(",\"").append(limitField()).append("\":").append(limit);
    } else {
      edits.replace(own, limit);
    }
  }

  private static void includeUsage(Places places, Edits edits, StringBuilder additions) {
    var options = places.streamOptions();
    if (options == null) {
      additions.append(",\"stream_options\":{\"include_usage\":true}");
    } else if (places.includeUsage() != null) {
      edits.replace(places.includeUsage(), "true");
    } else if (edits.isObject(options)) {
      edits.insertField(options, "\"include_usage\":true");
    } else {
      edits.replace(options, "{\"include_usage\":true}");
    }
  }
}
