package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.nexus.server.dialect.BackendFields;
import io.nexus.server.dialect.Span;
import io.nexus.server.dialect.openai.chat.ChatRequest.Places;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is changed in a body before it is passed on: at most the model's name, the longest answer,
 * and the wish for the usage at a stream's end. All other bytes stay as the client wrote them, but
 * for fields that the backend is known not to take.
 *
 * @param model the model's name at the backend
 * @param maxTokens the longest answer to ask for; 0 to leave what the client asked for
 * @param usualLimit where to say so if the client has not and nobody knows what the backend takes:
 *     {@code "max_tokens"} or {@code "max_completion_tokens"}
 * @param fields what the backend takes
 */
record Forwarding(String model, long maxTokens, String usualLimit, BackendFields fields) {

  /**
   * A part of the body in other words.
   *
   * @param last whether it takes the last field away, so that a comma before it goes, too
   */
  private record Edit(Span at, String text, boolean last) {
    Edit(Span at, String text) {
      this(at, text, false);
    }
  }

  /** The body to send; the very array that came if nothing is to be changed. */
  byte[] body(ChatRequest request) {
    var body = request.content().body();
    var edits = new ArrayList<Edit>();
    var places = request.places();
    var additions = new StringBuilder();
    if (!model.equals(request.model())) {
      edits.add(new Edit(places.model(), quoted(model)));
    }
    var refused = fields.maxTokensField().isEmpty() ? null : otherLimit(places);
    boolean isDropped = refused != null && (ownLimit(places) != null || isNull(body, refused));
    if (refused != null) {
      edits.add(isDropped ? removed(body, refused) : renamed(body, refused));
    }
    if (maxTokens > 0) {
      limit(body, places, isDropped ? refused : null, edits, additions);
    }
    if (!fields.usageOption().orElse(true)) {
      if (places.streamOptions() != null) {
        edits.add(removed(body, places.streamOptions()));
      }
    } else if (request.needs().stream() && !request.usageWanted()) {
      includeUsage(body, places, edits, additions);
    }
    if (!additions.isEmpty()) {
      edits.add(new Edit(new Span(places.end(), places.end()), additions.toString()));
    }
    return edits.isEmpty() ? body : apply(body, edits);
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

  private static boolean isNull(byte[] body, Span value) {
    return body[value.from()] == 'n';
  }

  private Edit renamed(byte[] body, Span value) {
    return new Edit(keyOf(body, value), quoted(limitField()));
  }

  private static Edit removed(byte[] body, Span value) {
    int end = value.to();
    while (body[end] <= ' ') {
      end++;
    }
    boolean last = body[end] != ',';
    return new Edit(new Span(keyOf(body, value).from(), last ? value.to() : end + 1), "", last);
  }

  /** The name of a field, with its quotes, of which it has no others: it is one of a few. */
  private static Span keyOf(byte[] body, Span value) {
    int to = value.from();
    while (body[to - 1] != '"') {
      to--;
    }
    int from = to - 1;
    while (body[from - 1] != '"') {
      from--;
    }
    return new Span(from - 1, to);
  }

  private void limit(
      byte[] body,
      Places places,
      @Nullable Span dropped,
      List<Edit> edits,
      StringBuilder additions) {
    var limit = Long.toString(maxTokens);
    boolean said = false;
    for (var span : new @Nullable Span[] {places.maxTokens(), places.maxCompletionTokens()}) {
      if (span != null && !span.equals(dropped) && !isNull(body, span)) {
        replace(span, limit, edits);
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
      replace(own, limit, edits);
    }
  }

  private static void includeUsage(
      byte[] body, Places places, List<Edit> edits, StringBuilder additions) {
    var options = places.streamOptions();
    if (options == null) {
      additions.append(",\"stream_options\":{\"include_usage\":true}");
    } else if (places.includeUsage() != null) {
      replace(places.includeUsage(), "true", edits);
    } else if (body[options.from()] != '{') {
      replace(options, "{\"include_usage\":true}", edits);
    } else {
      var first = new Span(options.from() + 1, options.from() + 1);
      boolean empty = isBlank(body, options.from() + 1, options.to() - 1);
      edits.add(new Edit(first, empty ? "\"include_usage\":true" : "\"include_usage\":true,"));
    }
  }

  private static boolean isBlank(byte[] body, int from, int to) {
    for (int i = from; i < to; i++) {
      if (body[i] > ' ') {
        return false;
      }
    }
    return true;
  }

  private static void replace(@Nullable Span span, String text, List<Edit> edits) {
    if (span != null) {
      edits.add(new Edit(span, text));
    }
  }

  private static byte[] apply(byte[] body, List<Edit> edits) {
    edits.sort(Comparator.comparingInt(edit -> edit.at().from()));
    var out = new Written(body.length + 96);
    int copied = 0;
    for (var edit : edits) {
      out.write(body, copied, edit.at().from() - copied);
      if (edit.last()) {
        out.dropComma();
      }
      out.writeBytes(edit.text().getBytes(StandardCharsets.UTF_8));
      copied = edit.at().to();
    }
    out.write(body, copied, body.length - copied);
    return out.toByteArray();
  }

  private static final class Written extends ByteArrayOutputStream {
    Written(int size) {
      super(size);
    }

    /** Takes back a comma at the end, and blanks after it. */
    void dropComma() {
      int end = count;
      while (end > 0 && buf[end - 1] <= ' ') {
        end--;
      }
      if (end > 0 && buf[end - 1] == ',') {
        count = end - 1;
      }
    }
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
