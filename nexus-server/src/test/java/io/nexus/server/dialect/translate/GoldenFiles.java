package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.http.ApiError;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Fills golden files, one for each feature: a request and its translation ({@code said}), an answer
 * and events of the backend, and those of the client that they become.
 */
final class GoldenFiles {

  static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(9));

  private static final String DONE = "[DONE]";

  private GoldenFiles() {}

  /** The translation of a folder, such as {@code messages-chat}. */
  static Translation translation(String folder) {
    return Translations.all(GoldenFiles.CLOCK).stream()
        .filter(each -> folder.equals(each.from().label() + "-" + each.to().label()))
        .findFirst()
        .orElseThrow();
  }

  /** Adds the outputs of all inputs. */
  static void fill(Translation translation, ObjectNode golden) {
    var request = (ObjectNode) golden.get("request");
    Translation.Said said;
    try {
      said =
          translation.say(
              request.deepCopy(),
              new Translation.Target(
                  golden.path("thinks").booleanValue(),
                  0,
                  golden.path("hears_system").booleanValue(),
                  7,
                  false));
    } catch (ApiException e) {
      golden.put("refused", e.body() instanceof ApiError error ? error.param() : "");
      return;
    }
    golden.set("said", said.body());
    if (!said.omitted().isEmpty()) {
      var omitted = golden.putArray("omitted");
      said.omitted().forEach(omitted::add);
    }
    if (!said.target().isEmpty()) {
      golden.put("target", said.target());
    }
    if (golden.get("answer") instanceof ObjectNode answer) {
      golden.set("client_answer", said.back().answer(answer.deepCopy()));
    }
    if (golden.get("events") instanceof ArrayNode events) {
      golden.set("client_events", clientEvents(said.back().events(7), events));
    }
  }

  private static ArrayNode clientEvents(
      Translation.EventTranslation translation, ArrayNode events) {
    var translated = Tree.array();
    var text = new EventText();
    for (JsonNode event : events) {
      if (event instanceof ObjectNode object) {
        translation.translate(object.deepCopy(), text);
      } else {
        translation.end(text);
      }
      add(text, translated);
    }
    translation.end(text);
    add(text, translated);
    return translated;
  }

  /** Parses the bytes as a client does, which shows that they are events. */
  private static void add(EventText text, ArrayNode translated) {
    var event = Tree.array();
    for (var field : new String(text.take(), StandardCharsets.UTF_8).lines().toList()) {
      if (field.isEmpty()) {
        translated.add(event);
        event = Tree.array();
      } else if (field.startsWith("event: ")) {
        event.add(field.substring(7));
      } else if (field.equals("data: " + DONE)) {
        event.add(DONE);
      } else {
        event.add(data(field));
      }
    }
  }

  private static JsonNode data(String field) {
    var bytes = field.substring("data: ".length()).getBytes(StandardCharsets.UTF_8);
    try {
      return Tree.request(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
