package io.nexus.server.dialect.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.spi.BackendRequest;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.Span;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request in JSON or form encoding: those that affect the cost, as text, and the
 * files.
 */
public final class FormFields {

  private static final String MODEL = "model";

  /** The longest model name passed to a backend; line breaks are refused too. */
  private static final int LONGEST_MODEL = 512;

  private final Map<String, String> values = new HashMap<>();
  private final Map<String, Integer> elements = new HashMap<>();
  private final List<Multipart.Part> files = new ArrayList<>();
  private String contentType = BackendRequest.JSON;
  private @Nullable Span modelAt;

  private FormFields() {}

  /**
   * Reads a body.
   *
   * @param names the fields that affect the cost; each may occur once
   * @throws ApiException with status 400, saying what is wrong and where, never quoting the body
   */
  public static FormFields read(byte[] body, FieldNames names) {
    var fields = new FormFields();
    if (Multipart.isOne(body)) {
      fields.form(body, names);
    } else {
      try (var json = Json.parser(body)) {
        fields.json(json, names);
      } catch (IOException e) {
        throw RequestFields.notJson(e);
      }
    }
    var model = fields.text(MODEL);
    if (model.isBlank()) {
      throw RequestFields.missing(MODEL);
    }
    if (model.length() > LONGEST_MODEL || model.chars().anyMatch(c -> c < ' ')) {
      throw RequestFields.wrongType(MODEL, "the name of a model");
    }
    return fields;
  }

  private void form(byte[] body, FieldNames names) {
    var form = Multipart.read(body);
    contentType = form.contentType();
    long seen = 0;
    for (var part : form.parts()) {
      if (part.isFile()) {
        files.add(part);
        continue;
      }
      seen = names.note(part.name(), seen, "");
      values.put(part.name(), part.text(body));
      if (part.name().equals(MODEL)) {
        modelAt = new Span(part.from(), part.to());
      }
    }
  }

  private void json(JsonParser json, FieldNames names) throws IOException {
    RequestFields.begin(json);
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = names.note(name, seen, "");
      int from = Json.start(json);
      value(name, json);
      if (name.equals(MODEL)) {
        modelAt = new Span(from, Json.end(json));
      }
    }
    var _ = RequestFields.end(json);
  }

  private void value(String name, JsonParser json) throws IOException {
    switch (json.currentToken()) {
      case VALUE_NULL -> {}
      case START_ARRAY -> {
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
          count++;
          json.skipChildren();
        }
        elements.put(name, count);
      }
      case START_OBJECT -> {
        elements.put(name, 1);
        json.skipChildren();
      }
      default -> values.put(name, json.getText());
    }
  }

  /** A field as text; empty if not given. */
  public String text(String name) {
    return values.getOrDefault(name, "");
  }

  /** The number of elements of a JSON list, 1 for an object; 0 if not given. */
  public int elements(String name) {
    return elements.getOrDefault(name, 0);
  }

  /** Whether a field is true. */
  public boolean flag(String name) {
    return switch (text(name)) {
      case "", "false" -> false;
      case "true" -> true;
      default -> throw RequestFields.wrongType(name, "true or false");
    };
  }

  /**
   * A field with a whole number.
   *
   * @param usual the default
   */
  public int number(String name, int usual, int least, int most) {
    var text = text(name);
    if (text.isEmpty() && elements(name) == 0) {
      return usual;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw ApiException.badRequest(
        name, "'%s' must be an integer from %d to %d.".formatted(name, least, most));
  }

  /** The files, in their order. */
  public List<Multipart.Part> files() {
    return files;
  }

  /** The model. */
  public String model() {
    return text(MODEL);
  }

  /** The position of the model. */
  public Span modelAt() {
    if (modelAt == null) {
      throw RequestFields.missing(MODEL);
    }
    return modelAt;
  }

  /** The media type of the body. */
  public String contentType() {
    return contentType;
  }
}
