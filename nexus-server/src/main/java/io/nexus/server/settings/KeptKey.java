package io.nexus.server.settings;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.ledger.Setting;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * The value of a key's setting, in the format of {@link SettingValue}, parsed without a tree
 * because a start reads all of them.
 *
 * @param at when it was created
 * @param made the key as a JSON object; empty if the file has the key
 * @param disabled whether the file's key is disabled
 */
record KeptKey(Instant at, Optional<String> made, boolean disabled) {

  private static final JsonFactory JSON = new JsonFactory();

  /**
   * The value of a setting.
   *
   * @throws IllegalArgumentException if this version does not know its format
   */
  static KeptKey of(Setting setting) {
    try (var json = JSON.createParser(setting.value())) {
      return read(json, setting.value());
    } catch (IOException | DateTimeException e) {
      throw new IllegalArgumentException(
          "setting " + setting.kind() + " " + setting.name() + " is not as this version keeps it",
          e);
    }
  }

  private static KeptKey read(JsonParser json, String text) throws IOException {
    var at = "";
    Optional<String> made = Optional.empty();
    boolean disabled = false;
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      var token = json.nextToken();
      switch (name) {
        case "at" -> at = json.getText();
        case "disabled" -> disabled = token == JsonToken.VALUE_TRUE;
        case "made" -> {
          int from = (int) json.currentTokenLocation().getCharOffset();
          json.skipChildren();
          made =
              token == JsonToken.START_OBJECT
                  ? Optional.of(text.substring(from, (int) json.currentLocation().getCharOffset()))
                  : Optional.empty();
        }
        default -> json.skipChildren();
      }
    }
    return new KeptKey(Instant.parse(at), made, disabled);
  }
}
