package io.nexus.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Values that fit a schema of the OpenAPI document, and values that it forbids. */
record SchemaSamples(JsonNode document) {

  private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;

  private JsonNode resolved(JsonNode schema) {
    return schema.has("$ref") ? document.at(schema.path("$ref").asText().substring(1)) : schema;
  }

  private static Set<String> types(JsonNode schema) {
    var types = new HashSet<String>();
    if (schema.path("type").isTextual()) {
      types.add(schema.path("type").asText());
    }
    schema.path("type").forEach(each -> types.add(each.asText()));
    return types;
  }

  /** One that fits; an object has what it must have. */
  JsonNode fitting(JsonNode unresolved) {
    var schema = resolved(unresolved);
    var types = types(schema);
    if (types.contains("object")) {
      var object = MAKE.objectNode();
      for (var name : schema.path("required")) {
        object.set(name.asText(), fitting(schema.path("properties").path(name.asText())));
      }
      return object;
    }
    if (types.contains("string")) {
      return MAKE.textNode(
          schema.path("format").asText().equals("date-time") ? "2030-01-31T12:00:00Z" : "sample");
    }
    return MAKE.numberNode(1);
  }

  /** Those that it forbids, for each reason one. */
  List<JsonNode> wrong(JsonNode unresolved) {
    var schema = resolved(unresolved);
    var types = types(schema);
    var all = new ArrayList<JsonNode>();
    if (types.contains("string")) {
      texts(schema, all);
    } else {
      all.add(MAKE.textNode("1"));
    }
    if (types.contains("integer") || types.contains("number")) {
      numbers(schema, types.contains("integer"), all);
    } else {
      all.add(MAKE.numberNode(7));
    }
    if (types.contains("array")) {
      lists(schema, all);
    } else {
      all.add(MAKE.arrayNode().add(MAKE.objectNode()));
    }
    if (types.contains("object")) {
      objects(schema, all);
    } else {
      all.add(MAKE.objectNode().put("colour", 1));
    }
    if (!types.contains("boolean")) {
      all.add(MAKE.booleanNode(true));
    }
    return all;
  }

  private static void texts(JsonNode schema, List<JsonNode> all) {
    if (schema.path("minLength").asInt() > 0) {
      all.add(MAKE.textNode(""));
    }
    if (schema.has("maxLength")) {
      all.add(MAKE.textNode("x".repeat(schema.path("maxLength").asInt() + 1)));
    }
    if (schema.has("pattern") || schema.has("enum") || schema.has("format")) {
      all.add(MAKE.textNode("no such thing"));
    }
    if (schema.path("format").asText().startsWith("date")) {
      all.add(MAKE.textNode("2030-13-45T00:00:00Z"));
    }
  }

  private static void numbers(JsonNode schema, boolean whole, List<JsonNode> all) {
    if (whole) {
      all.add(MAKE.numberNode(1.5));
    }
    if (schema.has("minimum")) {
      all.add(MAKE.numberNode(schema.path("minimum").decimalValue().subtract(BigDecimal.ONE)));
    }
    if (schema.has("exclusiveMinimum")) {
      all.add(schema.path("exclusiveMinimum"));
    }
    if (schema.has("maximum")) {
      all.add(MAKE.numberNode(schema.path("maximum").decimalValue().add(BigDecimal.ONE)));
    }
    if (!whole) {
      all.add(MAKE.numberNode(new BigDecimal("0.0000000001")));
    }
  }

  private void lists(JsonNode schema, List<JsonNode> all) {
    for (var item : wrong(schema.path("items"))) {
      all.add(MAKE.arrayNode().add(item));
    }
    if (schema.has("maxItems")) {
      var long_ = MAKE.arrayNode();
      for (int i = 0; i <= schema.path("maxItems").asInt(); i++) {
        long_.add(fitting(schema.path("items")));
      }
      all.add(long_);
    }
  }

  private void objects(JsonNode schema, List<JsonNode> all) {
    for (var field : schema.path("properties").properties()) {
      for (var value : wrong(field.getValue())) {
        all.add(object(schema).set(field.getKey(), value));
      }
    }
    for (var name : schema.path("required")) {
      all.add(object(schema).without(name.asText()));
    }
    var further = schema.path("additionalProperties");
    if (further.isBoolean()) {
      all.add(object(schema).put("colour", 1));
    } else if (further.isObject()) {
      for (var value : wrong(further)) {
        all.add(MAKE.objectNode().set("any", value));
      }
      all.add(MAKE.objectNode().put("", 1));
    }
  }

  private ObjectNode object(JsonNode schema) {
    return (ObjectNode) fitting(schema);
  }
}
