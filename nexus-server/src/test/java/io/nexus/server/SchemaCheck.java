package io.nexus.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Compares JSON with those parts of JSON Schema that the OpenAPI document uses. */
final class SchemaCheck {

  private final JsonNode document;
  private final List<String> problems = new ArrayList<>();

  private SchemaCheck(JsonNode document) {
    this.document = document;
  }

  /** The parts of a value that the schema forbids, and the missing required ones. */
  static List<String> problems(JsonNode document, JsonNode schema, JsonNode value) {
    var check = new SchemaCheck(document);
    check.compare(schema, value, "$");
    return check.problems;
  }

  private void compare(JsonNode schema, JsonNode value, String place) {
    if (schema.isMissingNode()) {
      problems.add(place + " has no schema");
    } else if (schema.has("$ref")) {
      compare(document.at(schema.path("$ref").asText().substring(1)), value, place);
    } else if (schema.has("anyOf")) {
      for (var each : schema.path("anyOf")) {
        if (problems(document, each, value).isEmpty()) {
          return;
        }
      }
      problems.add(place + " fits none of its schemas: " + value);
    } else {
      type(schema, value, place);
    }
  }

  private void type(JsonNode schema, JsonNode value, String place) {
    var type = schema.path("type");
    boolean fits = type.isTextual() && is(type.asText(), value);
    for (var each : type) {
      fits |= is(each.asText(), value);
    }
    if (!fits) {
      problems.add(place + " is no " + type + ": " + value);
    }
    if (schema.has("enum") && value.isTextual()) {
      boolean listed = false;
      for (var each : schema.path("enum")) {
        listed |= each.equals(value);
      }
      if (!listed) {
        problems.add(place + " is none of " + schema.path("enum") + ": " + value);
      }
    }
    if (value.isObject() && schema.has("properties")) {
      fields(schema, value, place);
    }
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      compare(schema.path("items"), value.get(i), place + "[" + i + "]");
    }
  }

  private void fields(JsonNode schema, JsonNode value, String place) {
    for (var name : schema.path("required")) {
      if (!value.has(name.asText())) {
        problems.add(place + " lacks " + name);
      }
    }
    for (var field : value.properties()) {
      var known = schema.path("properties").path(field.getKey());
      if (!known.isMissingNode()) {
        compare(known, field.getValue(), place + "." + field.getKey());
      } else if (schema.path("additionalProperties").isBoolean()) {
        problems.add(place + " has an unknown field " + field.getKey());
      }
    }
  }

  private static boolean is(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "number" -> value.isNumber();
      case "integer" -> value.isIntegralNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      default -> throw new AssertionError("the check knows no type " + type);
    };
  }
}
