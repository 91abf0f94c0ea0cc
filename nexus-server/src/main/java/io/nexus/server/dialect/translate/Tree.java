package io.nexus.server.dialect.translate;

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

/** JSON as a tree: numbers as they were written, no key twice. */
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

  /** An object with one field, which most have to say what they are. */
  static ObjectNode object(String name, String value) {
    return object().put(name, value);
  }

  /** A list of nothing. */
  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** An object in a request. */
  static ObjectNode request(byte[] body) throws IOException {
    try (var json = Json.parser(body)) {
      return MAPPER.readTree(json) instanceof ObjectNode object ? object : notAnObject();
    }
  }

  /** An object in an answer, whatever its sender gets wrong. */
  static ObjectNode answer(byte[] bytes, int from, int to) throws IOException {
    try (var json = Json.lenient(bytes, Json.afterMark(bytes, from, to), to)) {
      return LENIENT.readTree(json) instanceof ObjectNode object ? object : notAnObject();
    }
  }

  /** An object that stands in a string; null if none does. */
  static @Nullable ObjectNode parsed(String text) {
    try {
      return LENIENT.readTree(text) instanceof ObjectNode object ? object : null;
    } catch (JsonProcessingException e) {
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

  /** A field; missing if it is not there, or null. */
  static JsonNode at(JsonNode node, String name) {
    var found = node.path(name);
    return found.isNull() ? MissingNode.getInstance() : found;
  }

  /** A field that is a string; empty if it is not. */
  static String textAt(JsonNode node, String name) {
    var found = node.path(name);
    return found.isTextual() ? found.textValue() : "";
  }

  /** A field that is a whole number from 0 on; 0 if it is not. */
  static long countAt(JsonNode node, String name) {
    var found = node.path(name);
    return found.isNumber() ? Math.max(0, found.longValue()) : 0;
  }

  private static ObjectNode notAnObject() throws IOException {
    throw new IOException("not a JSON object");
  }
}
