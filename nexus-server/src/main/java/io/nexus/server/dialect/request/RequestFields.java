package io.nexus.server.dialect.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Json;
import io.nexus.server.http.ApiException;
import java.io.IOException;

/** Fields that the requests of all of OpenAI's APIs have; the parser stands at their values. */
public final class RequestFields {

  private RequestFields() {}

  /** Reads the value of a field, at which the parser stands, to its end. */
  @FunctionalInterface
  public interface Field {
    /** Reads it. */
    void read(String name) throws IOException;
  }

  /**
   * Reads the body's object, field by field.
   *
   * @param names those that decide over money
   * @return where the brace is that closes it
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

  /** The parser's object, begun. */
  public static void begin(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw ApiException.badRequest(null, "The body must be a JSON object.");
    }
  }

  /**
   * The end of the body's object, at which the parser stands.
   *
   * @return where its brace is
   */
  public static int end(JsonParser json) throws IOException {
    int end = Json.start(json);
    if (json.nextToken() != null) {
      throw ApiException.badRequest(null, "There is more than one JSON value in the body.");
    }
    return end;
  }

  /** A field that must be given. */
  public static ApiException missing(String name) {
    return ApiException.badRequest(name, "You must provide a %s parameter.".formatted(name));
  }

  /** The body is none that can be read. */
  public static ApiException notJson(IOException e) {
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

  /** The user that it names; empty if it names none. */
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

  /** A field that is of another type than it should be. */
  public static ApiException wrongType(String name, String wanted) {
    return ApiException.badRequest(name, "'%s' must be %s.".formatted(name, wanted));
  }
}
