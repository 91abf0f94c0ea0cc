package io.nexus.server.litellm;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The environment variables of the backends' keys. A key in the proxy's configuration itself is not
 * copied: it gets a variable, and a note tells the operator.
 */
final class KeyPlaces {

  private static final Pattern STAND_IN =
      Pattern.compile(
          "(?i)none|empty|dummy.*|fake.*|any.*|sk-1234|sk-x+|x+|test.*|not-?needed.*|no-?key.*|"
              + "key|ollama|lm-?studio|os|\\*+");

  private final Map<String, String> byKey = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  /** The variable of a deployment's key; empty if it has none. */
  Optional<String> of(Part params, Target target) {
    var given = params.text("api_key");
    if (given.isEmpty()) {
      return target.variable();
    }
    var key = given.get();
    if (key.isVariable()) {
      taken.add(key.variable());
      return Optional.of(key.variable());
    }
    if (target.variable().isEmpty() && STAND_IN.matcher(key.text()).matches()) {
      params.note("api_key", "looks like a stand-in and is left out");
      return Optional.empty();
    }
    return Optional.of(placed(params, "api_key", key.text(), variable(target)));
  }

  /** The variable for a secret in the configuration itself. */
  String placed(Part part, String key, String secret, String wanted) {
    var variable = byKey.computeIfAbsent(secret, _ -> free(wanted));
    part.note(key, "is a secret and is not copied: put it into the environment as " + variable);
    return variable;
  }

  private static String variable(Target target) {
    return target
        .variable()
        .orElseGet(
            () -> {
              var name =
                  target.name().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_") + "_API_KEY";
              return name.matches("[A-Z].*") ? name : "KEY_" + name;
            });
  }

  private String free(String wanted) {
    var free = wanted;
    for (int i = 2; !taken.add(free); i++) {
      free = wanted + "_" + i;
    }
    return free;
  }
}
