package io.nexus.server.admin;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.http.ServerRequest;
import io.nexus.config.ConfigProblem;
import io.nexus.control.money.Money;
import io.nexus.server.http.ApiException;
import io.nexus.server.http.RequestBody;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The body of an admin request: a JSON object with known fields only, each of its kind. All methods
 * throw {@link ApiException} with status 400 and the field as its param if a value is invalid.
 */
final class AdminBody {

  private static final long MAX_BYTES = 64 * 1024;
  private static final int MAX_TEXT = 256;
  private static final Map<String, Kind> IN_LIMITS =
      Map.of(
          "requests",
          Kind.COUNT,
          "tokens",
          Kind.COUNT,
          "parallel",
          Kind.COUNT,
          "window",
          Kind.TEXT);
  private static final int MAX_LIST = 32;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** The type of a field. Any field may be null, which counts as absent. */
  enum Kind {
    TEXT("a text on one line, up to 256 characters"),
    AMOUNT("a number of US dollars, 0 or more"),
    COUNT("a whole number"),
    FLAG("true or false"),
    TEXTS("a list of up to 32 texts"),
    TABLE("an object of texts"),
    AMOUNTS("an object of numbers of US dollars, 0 or more"),
    TIERS("an object of objects of numbers of US dollars, 0 or more"),
    STATUS("auto, 429 or 402"),
    LIMITS("an object of requests, tokens, parallel and window"),
    INCREASES("a list of up to 32 objects of amount and expires_at");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    private boolean fits(JsonNode value) {
      return switch (this) {
        case TEXT -> isText(value);
        case AMOUNT -> value.isNumber() && value.decimalValue().signum() >= 0;
        case COUNT -> value.isIntegralNumber() && value.canConvertToLong();
        case FLAG -> value.isBoolean();
        case TEXTS -> value.isArray() && value.size() <= MAX_LIST && allTexts(value);
        case TABLE -> isObjectOf(value, Kind.TEXT);
        case AMOUNTS -> isObjectOf(value, Kind.AMOUNT);
        case STATUS -> value.isTextual() || value.isIntegralNumber();
        case TIERS -> isObjectOf(value, Kind.AMOUNTS);
        case LIMITS ->
            value.isObject()
                && value.properties().stream()
                    .allMatch(each -> isOfLimits(each.getKey(), each.getValue()));
        case INCREASES ->
            value.isArray()
                && value.size() <= MAX_LIST
                && value.valueStream().allMatch(Kind::isIncrease);
      };
    }

    private static boolean isText(JsonNode value) {
      return value.isTextual() && value.textValue().length() <= MAX_TEXT;
    }

    /** Whether it is an object whose values are of the kind or null. */
    private static boolean isObjectOf(JsonNode value, Kind kind) {
      return value.isObject()
          && value.size() <= MAX_LIST
          && value.properties().stream()
              .allMatch(
                  each ->
                      isName(each.getKey())
                          && (each.getValue().isNull() || kind.fits(each.getValue())));
    }

    private static boolean isName(String text) {
      return !text.isEmpty() && text.length() <= MAX_TEXT;
    }

    private static boolean isOfLimits(String name, JsonNode value) {
      var kind = IN_LIMITS.get(name);
      return kind != null && (value.isNull() || kind.fits(value));
    }

    private static boolean isIncrease(JsonNode value) {
      return value.size() == 2
          && AMOUNT.fits(value.path("amount"))
          && TEXT.fits(value.path("expires_at"));
    }

    private static boolean allTexts(JsonNode values) {
      for (var value : values) {
        if (!isText(value)) {
          return false;
        }
      }
      return true;
    }
  }

  private final ObjectNode fields;

  private AdminBody(ObjectNode fields) {
    this.fields = fields;
  }

  /**
   * Reads it.
   *
   * @param known all allowed fields
   */
  static AdminBody read(ServerRequest request, Map<String, Kind> known) {
    var fields = parse(RequestBody.read(request, MAX_BYTES));
    for (var field : fields.properties()) {
      var name = field.getKey();
      var kind = known.get(name);
      if (kind == null) {
        throw ApiException.badRequest(
            name.length() > MAX_TEXT ? null : name,
            "This request takes no such field, only: "
                + known.keySet().stream().sorted().collect(Collectors.joining(", "))
                + ".");
      }
      if (!field.getValue().isNull() && !kind.fits(field.getValue())) {
        throw ApiException.badRequest(name, "'" + name + "' has to be " + kind.words + ".");
      }
    }
    return new AdminBody(fields);
  }

  private static ObjectNode parse(byte[] body) {
    try {
      if (JSON.readTree(body) instanceof ObjectNode fields) {
        return fields;
      }
    } catch (IOException e) {
      // The parser's message may quote the body, so it is not used.
    }
    throw ApiException.badRequest(null, "The body has to be one JSON object.");
  }

  /** Refuses values that the configuration's checks reject. */
  static void refuse(List<ConfigProblem> problems) {
    if (!problems.isEmpty()) {
      var first = problems.getFirst().key();
      throw ApiException.badRequest(
          first.replaceFirst("[.\\[].*", ""),
          problems.stream()
              .map(each -> "'" + each.key() + "' " + each.wrong() + ": " + each.allowed() + ".")
              .collect(Collectors.joining(" ")));
    }
  }

  /** All fields. */
  ObjectNode fields() {
    return fields;
  }

  /** Whether the field is given, perhaps as null. */
  boolean has(String field) {
    return fields.has(field);
  }

  /** Whether the field is given as null. */
  boolean isNull(String field) {
    return fields.path(field).isNull();
  }

  /** An amount of US dollars, not negative. */
  Money money(String field) {
    var value = fields.path(field);
    if (!value.isNumber()) {
      throw ApiException.badRequest(field, "'" + field + "' has to be " + Kind.AMOUNT.words + ".");
    }
    try {
      return Money.usd(value.decimalValue());
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(
          field, "'" + field + "' has at most 9 decimals and is below 9.2 billion US dollars.");
    }
  }

  /** True or false; false if it is null or not given. */
  boolean flag(String field) {
    return fields.path(field).asBoolean(false);
  }

  /** A whole number within bounds. */
  long count(String field, long otherwise, long most) {
    var value = fields.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (value.longValue() < 0 || value.longValue() > most) {
      throw ApiException.badRequest(field, "'" + field + "' has to be 0 to " + most + ".");
    }
    return value.longValue();
  }

  /** A text; empty if it is null or not given. */
  String text(String field) {
    return fields.path(field).asText("");
  }

  /** A time. */
  Instant time(String field) {
    try {
      return OffsetDateTime.parse(text(field)).toInstant();
    } catch (DateTimeParseException e) {
      throw ApiException.badRequest(
          field, "'" + field + "' has to be a time such as 2026-01-31T12:00:00Z.");
    }
  }

  /** A time in the future. */
  Instant future(String field, Instant now) {
    try {
      var value = fields.path(field);
      var instant = OffsetDateTime.parse(value.isTextual() ? value.textValue() : "").toInstant();
      if (instant.isAfter(now)) {
        return instant;
      }
    } catch (DateTimeParseException e) {
      // Refused below, with the expected form.
    }
    throw ApiException.badRequest(
        field, "'" + field + "' has to be a time in the future such as 2030-01-31T12:00:00Z.");
  }
}
