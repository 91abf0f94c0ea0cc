package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.HashMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FuzzTest {

  private static final int ROUNDS = 60;
  private static final String[] PIECES = {
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "#",
    ".",
    ",",
    "\n",
    "\r\n",
    "-",
    "1e400",
    "nan",
    "0x1F",
    "true",
    "1979-05-27",
    "\\",
    "\u0000",
    "\uFFFD",
    "é",
    "~1",
    "${a}",
    "budget",
    "[budget]",
    "[[budgets]]",
    "name = \"a\"\n",
    "a.b.c = 1\n",
    "99999999999999999999"
  };
  private static final String[] VARIABLES = {
    "NEXUS_SERVER__PORT",
    "NEXUS_SERVER__",
    "NEXUS_BUDGET__QUEUE",
    "NEXUS_BUDGETS__0__MATCH__TEAM",
    "NEXUS_BUDGETS__9__NAME",
    "NEXUS_A__B__C",
    "NEXUS_A__B",
    "NEXUS_BACKENDS__X",
    "NEXUS____"
  };

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void load_mutatedFile_isLoadedOrInvalid(long seed) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int round = 0; round < ROUNDS; round++) {
      var toml = mutated(Example.TOML, random);
      var environment = new HashMap<>(Example.ENVIRONMENT);
      for (int i = random.nextInt(3); i > 0; i--) {
        environment.put(pick(VARIABLES, random), pick(PIECES, random));
      }
      switch (ConfigLoader.load("nexus.toml", toml, environment, true)) {
        case ConfigResult.Loaded loaded -> assertReadsBackEqual(loaded.config());
        case ConfigResult.Invalid invalid -> assertSpeaksWell(invalid);
      }
    }
  }

  private static void assertReadsBackEqual(NexusConfig config) {
    assertEquals(config, Example.loaded(config.toml(), Example.ENVIRONMENT).config());
  }

  private static void assertSpeaksWell(ConfigResult.Invalid invalid) {
    assertFalse(invalid.problems().isEmpty());
    for (var problem : invalid.problems()) {
      var text = problem.toString();
      assertFalse(text.contains("\n"), text);
      assertFalse(text.contains("VALUE"), text);
    }
  }

  private static String mutated(String toml, RandomGenerator random) {
    var text = new StringBuilder(toml);
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, pick(PIECES, random));
        case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(8)));
        case 2 -> text.setCharAt(at, (char) (32 + random.nextInt(96)));
        default -> replaceValue(text, at, pick(PIECES, random));
      }
    }
    return text.toString();
  }

  /** Gives the next key another value, so that the file stays well-formed more often. */
  private static void replaceValue(StringBuilder text, int at, String value) {
    int equals = text.indexOf("= ", at);
    int end = text.indexOf("\n", equals);
    if (equals >= 0 && end >= 0) {
      text.replace(equals + 2, end, Toml.text(value));
    }
  }

  private static String pick(String[] from, RandomGenerator random) {
    return from[random.nextInt(from.length)];
  }
}
