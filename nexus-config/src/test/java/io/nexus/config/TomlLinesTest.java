package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nexus.config.ConfigResult.Invalid;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TomlLinesTest {

  private static final String TOML =
      """
      # [comment]
      top = 1
      [a.b]
      c = \"""
      d = 2
      [no]
      \"""
      e = ["x # no", # comment ]
        'y]',
        { f = 1 }]
      g.h = { i = "\\"" }
      [[l]]
      m = '''
      it's'''
      [[l]]
      m = 1
      [l.n]
      "o.p" = 1
      [[l.q]]
      [[l.q]]
      r = 2
      """;

  @ParameterizedTest
  @CsvSource({
    "top, 2",
    "a, 3",
    "a.b, 3",
    "a.b.c, 4",
    "a.b.e, 8",
    "a.b.e.0, 8",
    "a.b.e.1, 9",
    "a.b.e.2, 10",
    "a.b.g, 11",
    "a.b.g.h, 11",
    "l, 12",
    "l.0, 12",
    "l.0.m, 13",
    "l.1, 15",
    "l.1.m, 16",
    "l.1.n, 17",
    "l.1.n.o~1p, 18",
    "l.1.q.0, 19",
    "l.1.q.1, 20",
    "l.1.q.1.r, 21"
  })
  void lineOf_key_isWhereItStands(String path, int line) {
    assertEquals(OptionalInt.of(line), TomlLines.of(TOML).lineOf(path));
  }

  @Test
  void parse_mistakesInAListOfInlineTables_haveTheLinesOfTheTables() {
    var toml =
        """
        backends = [
          { name = "a", type = "ollama", url = "http://a/v1", tier = 9 },
          # { name = "x" },
          { name = "b, c", type = "ollama", url = "http://b/v1" },
        ]
        """;
    var problems = assertInstanceOf(Invalid.class, NexusConfig.parse("n", toml, Map.of()));
    assertEquals(
        List.of(OptionalInt.of(2), OptionalInt.of(4)),
        problems.problems().stream().map(ConfigProblem::line).toList());
  }

  @ParameterizedTest
  @CsvSource({"d", "a.b.d", "no", "comment"})
  void lineOf_textThatLooksLikeAKey_isNone(String path) {
    assertEquals(OptionalInt.empty(), TomlLines.of(TOML).lineOf(path));
  }
}
