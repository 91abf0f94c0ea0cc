package io.nexus.server.dialect.units;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Json;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReusableJsonParser;
import io.nexus.server.dialect.usage.ErrorReader;
import io.nexus.server.dialect.usage.UsagePlace;
import io.nexus.server.dialect.usage.UsageReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * The report of one document: a whole answer, or an event's data. Anything but JSON reports
 * nothing. Not for concurrent use.
 */
public final class UnitReport {

  private static final BigDecimal MOST_MILLIS = BigDecimal.valueOf(1L << 40);

  private final UsageReader usage = new UsageReader();
  private final ErrorReader errors = new ErrorReader();
  private @Nullable UsagePlace place;
  private String type = "";
  private String size = "";
  private String quality = "";
  private long durationMillis;
  private long billedMillis;
  private long searches;
  private int pictures;
  private boolean hasResult;

  private UnitReport() {
    errors.begin();
  }

  /** An empty report. */
  public static UnitReport none() {
    return new UnitReport();
  }

  /** Parses a document. */
  public static UnitReport read(byte[] bytes, int from, int to) {
    var report = new UnitReport();
    int offset = Json.afterMark(bytes, from, to);
    if (offset == to || bytes[offset] != '{') {
      report.hasResult = offset < to;
      return report;
    }
    try (var json = ReusableJsonParser.of(bytes, offset, to)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          var name = json.currentName();
          json.nextToken();
          report.field(name, json, bytes, offset);
        }
      }
    } catch (IOException e) {
      // The part read so far counts.
    }
    return report;
  }

  private void field(String name, ReusableJsonParser json, byte[] bytes, int offset)
      throws IOException {
    switch (name) {
      case "data", "results", "segments", "words", "documents" -> list(name, json);
      case "text", "delta", "b64_json" -> {
        hasResult = true;
        json.skipChildren();
      }
      case "usage", "meta" -> used(name, json, bytes, offset);
      case "duration" -> durationMillis = millis(json);
      case "size" -> size = word(json);
      case "quality" -> quality = word(json);
      case "type" -> {
        type = word(json);
        errors.field(name, json);
      }
      default -> errors.field(name, json);
    }
  }

  private void list(String name, ReusableJsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    hasResult = true;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      pictures += name.equals("data") ? 1 : 0;
      json.skipChildren();
    }
  }

  private void used(String name, ReusableJsonParser json, byte[] bytes, int offset)
      throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    int from = offset + json.tokenStart();
    var _ = usage.read(json);
    int to = offset + json.bytesRead();
    if (name.equals("usage")) {
      var cost = usage.cost();
      boolean inText = cost.stands() && !cost.isObject();
      place =
          new UsagePlace(
              to - 1,
              inText ? offset + cost.from() : 0,
              inText ? offset + cost.to() : 0,
              cost.stands());
    }
    try (var again = Json.lenient(bytes, from, to)) {
      while (again.nextToken() != null) {
        if (again.currentToken() == JsonToken.FIELD_NAME) {
          unit(again.currentName(), again);
        }
      }
    }
  }

  private void unit(String name, JsonParser json) throws IOException {
    if (name.equals("seconds") || name.equals("search_units")) {
      if (json.nextToken().isNumeric()) {
        long thousandths = thousandths(json.getText());
        if (name.equals("seconds")) {
          billedMillis = Math.max(billedMillis, thousandths);
        } else {
          searches = Math.max(searches, thousandths / 1000);
        }
      }
    }
  }

  private static long millis(ReusableJsonParser json) throws IOException {
    var value = json.currentToken();
    boolean stands = value.isNumeric() || value == JsonToken.VALUE_STRING;
    long millis = stands ? thousandths(json.getText()) : 0;
    json.skipChildren();
    return millis;
  }

  private static long thousandths(String number) {
    try {
      var value = new BigDecimal(number.length() > 40 ? "" : number.strip());
      if (value.signum() <= 0 || Math.abs(value.scale()) > 40) {
        return 0;
      }
      return value.movePointRight(3).min(MOST_MILLIS).setScale(0, RoundingMode.UP).longValue();
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static String word(ReusableJsonParser json) throws IOException {
    boolean isWord = json.currentToken() == JsonToken.VALUE_STRING && json.getTextLength() <= 64;
    return isWord ? json.getText() : "";
  }

  /** Its {@code usage} objects. */
  public UsageReader usage() {
    return usage;
  }

  /** The position of its {@code usage}; null if none. */
  @Nullable UsagePlace place() {
    return place;
  }

  /** Its {@code type}; empty if none. */
  public String type() {
    return type;
  }

  /** The size of the images, such as {@code 1024x1024}; empty if not given. */
  public String size() {
    return size;
  }

  /** The quality of the images; empty if not given. */
  public String quality() {
    return quality;
  }

  /** The number of its images. */
  public int pictures() {
    return pictures;
  }

  /** The duration of the billed or transcribed audio; 0 if not given. */
  public long millis() {
    return billedMillis > 0 ? billedMillis : durationMillis;
  }

  /** The billed searches; 0 if not given. */
  public long searches() {
    return searches;
  }

  /** The error in it; null if none. */
  public @Nullable ProviderError error() {
    return errors.found(hasResult);
  }

  /** Marks it as an error. */
  void isError() {
    errors.named();
  }
}
