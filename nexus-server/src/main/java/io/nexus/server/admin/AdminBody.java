package io.nexus.server.admin;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helidon.webserver.http.ServerRequest;
import io.nexus.control.money.Money;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.RequestBody;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The body of an admin request: a JSON object with known fields only. All methods throw {@link
 * ApiException} with status 400 and the field as its param where a value is not what it has to be.
 */
final class AdminBody {

  private static final long MAX_BYTES = 64 * 1024;
  private static final int MAX_TEXT = 256;
  private static final int MAX_TAGS = 32;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final JsonNode fields;

  private AdminBody(JsonNode fields) {
    this.fields = fields;
  }

  static AdminBody read(ServerRequest request, Set<String> known) {
    var fields = parse(RequestBody.read(request, MAX_BYTES));
    fields
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw ApiException.badRequest(
                    name.length() > MAX_TEXT ? null : name,
                    "This request takes no such field, only: " + String.join(", ", known) + ".");
              }
            });
    return new AdminBody(fields);
  }

  private static JsonNode parse(byte[] body) {
    try {
      var fields = JSON.readTree(body);
      if (fields.isObject()) {
        return fields;
      }
    } catch (IOException e) {
      // The parser's message may quote the body, so it is told by the answer below only.
    }
    throw ApiException.badRequest(null, "The body has to be one JSON object.");
  }

  /** An amount of US dollars, not negative. */
  Money money(String field) {
    var value = fields.path(field);
    if (!value.isNumber() || value.decimalValue().signum() < 0) {
      throw ApiException.badRequest(
          field, "'" + field + "' has to be a number of US dollars, 0 or more.");
    }
    try {
      return Money.usd(value.decimalValue());
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(
          field, "'" + field + "' has at most 9 decimals and is below 9.2 billion US dollars.");
    }
  }

  /** A time in the future. */
  Instant future(String field, Instant now) {
    try {
      var value = fields.path(field);
      var instant = Instant.parse(value.isTextual() ? value.textValue() : "");
      if (instant.isAfter(now)) {
        return instant;
      }
    } catch (DateTimeParseException e) {
      // Said below, with what it has to be.
    }
    throw ApiException.badRequest(
        field, "'" + field + "' has to be a time in the future such as 2030-01-31T12:00:00Z.");
  }

  /** A name as the configuration allows them too. */
  String name(String field) {
    var value = fields.path(field);
    if (!value.isTextual() || !NAME.matcher(value.textValue()).matches()) {
      throw ApiException.badRequest(
          field,
          "'"
              + field
              + "' has to be up to 64 letters, digits, dots, dashes and underscores,"
              + " a letter or digit first.");
    }
    return value.textValue();
  }

  /** A text on one line; empty if it is not given. */
  String text(String field) {
    var value = fields.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual() || !isLine(value.textValue())) {
      throw ApiException.badRequest(
          field, "'" + field + "' has to be a text on one line, up to 256 characters.");
    }
    return value.textValue();
  }

  /** Tags; none if they are not given. */
  List<String> tags(String field) {
    var value = fields.path(field);
    var tags = new ArrayList<String>();
    for (var tag : value) {
      tags.add(tag.isTextual() ? tag.textValue() : "");
    }
    boolean wrong = !value.isMissingNode() && !value.isNull() && !value.isArray();
    if (wrong || tags.size() > MAX_TAGS || !tags.stream().allMatch(AdminBody::isTag)) {
      throw ApiException.badRequest(
          field, "'" + field + "' has to be a list of up to 32 texts without commas.");
    }
    return tags;
  }

  private static boolean isTag(String text) {
    return isLine(text) && text.indexOf(',') < 0;
  }

  private static boolean isLine(String text) {
    return !text.isBlank()
        && text.length() <= MAX_TEXT
        && text.chars().noneMatch(Character::isISOControl);
  }
}
