package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.server.http.ApiException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object in a request, each of which must be taken by name: fields left at the
 * {@link #end} have no translation and are refused.
 */
final class Fields {

  private final Wording wording;
  private final ObjectNode node;
  private final String path;
  private final Set<String> left = new LinkedHashSet<>();

  private Fields(Wording wording, ObjectNode node, String path) {
    this.wording = wording;
    this.node = node;
    this.path = path;
    node.fieldNames().forEachRemaining(left::add);
  }

  /**
   * The fields of an object.
   *
   * @param path its path in the request; empty for the request itself
   */
  static Fields of(Wording wording, JsonNode node, String path) {
    if (node instanceof ObjectNode object) {
      return new Fields(wording, object, path);
    }
    throw Wording.wrong(path, "an object");
  }

  /** Its path in the request. */
  String path() {
    return path;
  }

  /** The path of a field in the request. */
  String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Takes a field's value; null if it is absent or null. */
  @Nullable JsonNode take(String name) {
    left.remove(name);
    var value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  /** Takes a required string. */
  String text(String name) {
    var value = take(name);
    if (value == null || !value.isTextual()) {
      throw Wording.wrong(at(name), "a string");
    }
    return value.textValue();
  }

  /** Takes an optional string. */
  String text(String name, String otherwise) {
    return take(name) == null ? otherwise : text(name);
  }

  /** Takes a flag; false if absent. */
  boolean flag(String name) {
    var value = take(name);
    if (value != null && !value.isBoolean()) {
      throw Wording.wrong(at(name), "true or false");
    }
    return value != null && value.booleanValue();
  }

  /** Takes a list; empty if absent. */
  ArrayNode list(String name) {
    var value = take(name);
    if (value == null) {
      return Tree.array();
    }
    if (value instanceof ArrayNode list) {
      return list;
    }
    throw Wording.wrong(at(name), "a list");
  }

  /** Takes an object; null if absent. */
  @Nullable Fields within(String name) {
    var value = take(name);
    return value == null ? null : of(wording, value, at(name));
  }

  /** Copies a field unchanged, if present. */
  void copy(String name, ObjectNode to, String as) {
    var value = take(name);
    if (value != null) {
      to.set(as, value);
    }
  }

  /** Takes fields that are only hints, which the backend may ignore. */
  void hints(String... names) {
    for (var name : names) {
      left.remove(name);
    }
  }

  /** Takes a field that may only have the other API's default. */
  void only(String name, JsonNode usual) {
    var value = take(name);
    if (value != null && !value.equals(usual)) {
      throw wording.refusal(at(name));
    }
  }

  /** Refuses fields that were not taken. */
  void end() {
    for (var name : left) {
      var value = node.get(name);
      if (value != null && !value.isNull()) {
        throw wording.refusal(at(name));
      }
    }
  }

  /** Notes an omitted field that the client may miss. */
  void omit(String name) {
    wording.omit(at(name));
  }

  /** The refusal of one of the fields. */
  ApiException refusal(String name) {
    return wording.refusal(at(name));
  }
}
