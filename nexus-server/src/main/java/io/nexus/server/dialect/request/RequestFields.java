package io.nexus.server.dialect.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Json;
import io.nexus.server.http.ApiException;
import java.io.IOException;

/** Reads fields that all of OpenAI's APIs share; the parser stands at their values. */
public final class RequestFields {

  private RequestFields() {}

  /** Reads a field's value to its end; the parser stands at it. */
  @FunctionalInterface
  public interface Field {
    /** Reads it. */
    void read(String name) throws IOException;
  }

  /**
   * Reads the body's object, field by field.
   *
   * @param names the names that affect the cost
   * @return the position of its closing brace
   */
  public static int each(JsonParser json, FieldNames names, Field field) throws IOException {
    begin(json);
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = names.note(name, seen, "");
      field.read(name);
    }
    return end(json);
  }

  /** Begins the parser's object. */
  public static void begin(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw ApiException.badRequest(null, "The body must be a JSON object.");
    }
  }

  /**
   * The end of the body's object, at which the parser stands.
   *
   * @return the position of its closing brace
   */
  public static int end(JsonParser json) throws IOException {
    int end = Json.start(json);
    if (json.nextToken() != null) {
      throw ApiException.badRequest(null, "There is more than one JSON value in the body.");
    }
    return end;
  }

  /** The error for a missing field. */
  public static ApiException missing(String name) {
    return ApiException.badRequest(name, "You must provide a %s parameter.".formatted(name));
  }

  /** The error for an unreadable body. */
  public static ApiException notJson(IOException e) {
    if (Json.isTooDeep(e)) {
      return ApiException.badRequest(
          null,
          "The body is nested too deeply: its objects and arrays may be %d deep%s."
              .formatted(Json.MAX_DEPTH, Json.where(e)));
    }
    return ApiException.badRequest(
        null, "The body is not valid JSON in UTF-8" + Json.where(e) + ".");
  }

  /** The name of the model. */
  public static String model(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw wrongType("model", "a string");
    }
    var model = json.getText();
    if (model.isBlank()) {
      throw missing("model");
    }
    return model;
  }

  /** The user; empty if not given. */
  public static String user(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getText();
      case VALUE_NULL -> "";
      default -> throw wrongType("user", "a text");
    };
  }

  /** A field that is true or false; null is false. */
  public static boolean flag(JsonParser json, String name) {
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE, VALUE_NULL -> false;
      default -> throw wrongType(name, "true or false");
    };
  }

  /** The error for a field of the wrong type. */
  public static ApiException wrongType(String name, String wanted) {
    return ApiException.badRequest(name, "'%s' must be %s.".formatted(name, wanted));
  }
}
