package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.dialect.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Reads and makes JSON trees. Numbers stay as written, and no key occurs twice. */
final class Tree {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  private static final ObjectMapper LENIENT =
      MAPPER.copy().disable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private Tree() {}

  /** An object without fields. */
  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** An object with one field, such as its type. */
  static ObjectNode object(String name, String value) {
    return object().put(name, value);
  }

  /** An empty list. */
  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Parses an object in a request. */
  static ObjectNode request(byte[] body) throws IOException {
    try (var json = Json.parser(body)) {
      return read(MAPPER, json);
    }
  }

  /** Parses an object in an answer, leniently. */
  static ObjectNode answer(byte[] bytes, int from, int to) throws IOException {
    try (var json = Json.lenient(bytes, Json.afterMark(bytes, from, to), to)) {
      return read(LENIENT, json);
    }
  }

  private static ObjectNode read(ObjectMapper mapper, JsonParser json) throws IOException {
    try {
      return mapper.readTree(json) instanceof ObjectNode object ? object : notAnObject();
    } catch (NumberFormatException e) {
      throw new IOException("a number has too large an exponent", e);
    }
  }

  /** Parses an object within a string; null if it is none. */
  static @Nullable ObjectNode parsed(String text) {
    try {
      return LENIENT.readTree(text) instanceof ObjectNode object ? object : null;
    } catch (JsonProcessingException | NumberFormatException e) {
      return null;
    }
  }

  static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A field; missing if absent or null. */
  static JsonNode at(JsonNode node, String name) {
    var found = node.path(name);
    return found.isNull() ? MissingNode.getInstance() : found;
  }

  /** A field with a string; empty if it is none. */
  static String textAt(JsonNode node, String name) {
    var found = node.path(name);
    return found.isTextual() ? found.textValue() : "";
  }

  /** A field with a whole number of at least 0; 0 if it is none. */
  static long countAt(JsonNode node, String name) {
    var found = node.path(name);
    return found.isNumber() ? Math.max(0, found.longValue()) : 0;
  }

  private static ObjectNode notAnObject() throws IOException {
    throw new IOException("not a JSON object");
  }
}
