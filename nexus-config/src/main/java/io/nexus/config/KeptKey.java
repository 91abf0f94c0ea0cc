package io.nexus.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.config.KeyConfig.Allowance;
import io.nexus.config.KeyConfig.Credential;
import io.nexus.config.KeyConfig.Former;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A fast reader of keys that were created at run time and are already validated. It takes
 * microseconds where {@link KeySection} takes a millisecond, which matters at a start with ten
 * thousand keys. Anything unusual or wrong is left to {@code KeySection}.
 */
final class KeptKey {

  private static final JsonFactory JSON = new JsonFactory();

  /** Signals that the full reader is needed. */
  private static final class Unusual extends Exception {
    private static final long serialVersionUID = 1;
  }

  private final Map<String, List<String>> lists = new HashMap<>();
  private final Map<String, String> values = new HashMap<>();
  private final Set<String> unread = new HashSet<>();

  private KeptKey() {}

  /** The key; empty if the full reader is needed. */
  static Optional<KeyConfig> read(String json) {
    var fields = new KeptKey();
    try (var parser = JSON.createParser(json)) {
      fields.take(parser);
      var key = fields.key();
      return fields.unread.isEmpty() ? Optional.of(key) : Optional.empty();
    } catch (Unusual | IOException e) {
      return Optional.empty();
    }
  }

  private void take(JsonParser json) throws IOException, Unusual {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new Unusual();
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      if (!unread.add(name)) {
        throw new Unusual();
      }
      switch (json.nextToken()) {
        case START_ARRAY -> lists.put(name, texts(json));
        case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
            values.put(name, json.getText());
        case null, default -> throw new Unusual();
      }
    }
  }

  private static List<String> texts(JsonParser json) throws IOException, Unusual {
    var texts = new ArrayList<String>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw new Unusual();
      }
      texts.add(json.getText());
    }
    return texts;
  }

  private KeyConfig key() throws Unusual {
    return new KeyConfig(
        required(KeySection.NAME),
        new Credential.Digest(required(KeySection.SHA_256)),
        former(),
        optional(KeySection.TEAM),
        optional(KeySection.USER),
        list(KeySection.TAGS, Types.tag()),
        new KeyRules(
            list(KeySection.MODELS, Types.glob()),
            Set.copyOf(list(KeySection.APIS, KeySection.API)),
            optional(KeySection.EXPIRES_AT),
            get(KeySection.DISABLED),
            get(KeySection.TRUST_USER),
            get(KeySection.MAY_TAG),
            get(KeySection.PRIORITY) == KeySection.Priority.HIGH,
            optional(KeySection.OVER_BUDGET_STATUS)),
        allowance(),
        Optional.empty(),
        optional(KeySection.NOTES));
  }

  private Optional<Former> former() throws Unusual {
    var digest = optional(KeySection.FORMER_SHA_256);
    var until = optional(KeySection.FORMER_UNTIL);
    if (digest.isPresent() != until.isPresent()) {
      throw new Unusual();
    }
    return digest.flatMap(
        former -> until.map(end -> new Former(new Credential.Digest(former), end)));
  }

  private Optional<Allowance> allowance() throws Unusual {
    var limit = optional(KeySection.LIMIT);
    var window = optional(KeySection.WINDOW);
    if (limit.isEmpty() && window.isPresent()) {
      throw new Unusual();
    }
    return limit.map(most -> new Allowance(most, window.orElseGet(KeySection.WINDOW::fallback)));
  }

  private <T> T required(Key<T> key) throws Unusual {
    return optional(key).orElseThrow(Unusual::new);
  }

  private <T> T get(Key<T> key) throws Unusual {
    return optional(key).orElseGet(key::fallback);
  }

  private <T> Optional<T> optional(Key<T> key) throws Unusual {
    var text = values.get(key.name());
    if (text == null) {
      return Optional.empty();
    }
    unread.remove(key.name());
    return Optional.of(parsed(key.type(), text));
  }

  private <T> List<T> list(String name, Type<T> type) throws Unusual {
    var all = new ArrayList<T>();
    for (var text : lists.getOrDefault(name, List.of())) {
      all.add(parsed(type, text));
    }
    if (lists.containsKey(name)) {
      unread.remove(name);
    }
    return List.copyOf(all);
  }

  private static <T> T parsed(Type<T> type, String text) throws Unusual {
    return switch (type.parse().apply(text)) {
      case Parsed.Ok<T>(var value) -> value;
      case Parsed.Wrong<T> _ -> throw new Unusual();
    };
  }
}
