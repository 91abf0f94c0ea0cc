package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.nexus.server.dialect.openai.chat.ChatRequest.Places;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is changed in a body before it is passed on: at most the model's name, the longest answer,
 * and the wish for the usage at a stream's end. All other bytes stay as the client wrote them.
 *
 * @param model the model's name at the backend
 * @param maxTokens the longest answer to ask for; 0 to leave what the client asked for
 * @param maxTokensField where to say so if the client has not: {@code "max_tokens"} or {@code
 *     "max_completion_tokens"}
 */
record Forwarding(String model, long maxTokens, String maxTokensField) {

  private record Edit(Span at, String text) {}

  /** The body to send; the very array that came if nothing is to be changed. */
  byte[] body(ChatRequest request) {
    var body = request.content().body();
    var edits = new ArrayList<Edit>();
    var places = request.places();
    var additions = new StringBuilder();
    if (!model.equals(request.model())) {
      edits.add(new Edit(places.model(), quoted(model)));
    }
    if (maxTokens > 0) {
      limit(body, places, edits, additions);
    }
    if (request.needs().stream() && !request.usageWanted()) {
      includeUsage(body, places, edits, additions);
    }
    if (!additions.isEmpty()) {
      edits.add(new Edit(new Span(places.end(), places.end()), additions.toString()));
    }
    return edits.isEmpty() ? body : apply(body, edits);
  }

  private void limit(byte[] body, Places places, List<Edit> edits, StringBuilder additions) {
    var limit = Long.toString(maxTokens);
    boolean said = false;
    for (var span : new @Nullable Span[] {places.maxTokens(), places.maxCompletionTokens()}) {
      if (span != null && body[span.from()] != 'n') {
        replace(span, limit, edits);
        said = true;
      }
    }
    if (said) {
      return;
    }
    var own =
        maxTokensField.equals("max_tokens") ? places.maxTokens() : places.maxCompletionTokens();
    if (own == null) {
      additions.append(",\"").append(maxTokensField).append("\":").append(limit);
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
    var out = new ByteArrayOutputStream(body.length + 96);
    int copied = 0;
    for (var edit : edits) {
      out.write(body, copied, edit.at().from() - copied);
      out.writeBytes(edit.text().getBytes(StandardCharsets.UTF_8));
      copied = edit.at().to();
    }
    out.write(body, copied, body.length - copied);
    return out.toByteArray();
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
