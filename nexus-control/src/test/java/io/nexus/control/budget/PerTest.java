package io.nexus.control.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PerTest {

  private static final Caller CALLER =
      new Caller("ci", "red", "ann", List.of("job:build", "night", "job:test", "night"), "s-1");

  @ParameterizedTest
  @ValueSource(strings = {"key", "team", "user", "session", "model", "tag:", "tag:job:"})
  void parse_spelling_isWrittenAlike(String text) {
    assertEquals(Optional.of(text), Per.parse(text).map(Per::label));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tag", "user:", "user:a", "provider", "backend", "User", "tags:a"})
  void parse_anythingElse_isNone(String text) {
    assertEquals(Optional.empty(), Per.parse(text));
  }

  @Test
  void new_whatCannotBeToldApart_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Per(Dimension.BACKEND, ""));
    assertThrows(IllegalArgumentException.class, () -> new Per(Dimension.USER, "a"));
  }

  @Test
  void values_ofCaller_areThoseOfTheDimensionEachOnce() {
    assertEquals(List.of("ci"), values("key"));
    assertEquals(List.of("red"), values("team"));
    assertEquals(List.of("ann"), values("user"));
    assertEquals(List.of("s-1"), values("session"));
    assertEquals(List.of("job:build", "job:test"), values("tag:job:"));
    assertEquals(List.of("job:build", "night", "job:test"), values("tag:"));
    assertEquals(List.of(), values("model"));
    assertEquals(List.of(), new Per(Dimension.USER, "").values(Caller.ANONYMOUS));
  }

  @Test
  void values_ofCandidate_isTheModel() {
    assertEquals(List.of("gpt-x"), new Per(Dimension.MODEL, "").values("gpt-x"));
    assertEquals(List.of(), new Per(Dimension.USER, "").values("gpt-x"));
  }

  @Test
  void shown_plainValues_areThemselves() {
    for (var value :
        List.of("ann@example.org", "a/b c", "J\u00fcrgen", "\u738b", "x".repeat(128))) {
      assertEquals(value, Per.shown(value));
    }
  }

  @Test
  void shown_otherValues_areShortAndToldApart() {
    var odd =
        List.of(
            "~a",
            "x".repeat(129),
            "x".repeat(130),
            "a\nb",
            "a\u0000b",
            "\ud800",
            "\ud801",
            "\u202e");
    var shown = new HashSet<String>();
    for (var value : odd) {
      assertNotEquals(value, Per.shown(value));
      assertTrue(Per.shown(value).matches("~[0-9a-f]{32}"), Per.shown(value));
      assertTrue(shown.add(Per.shown(value)));
      // A value shown by a digest cannot be named by that digest.
      assertNotEquals(Per.shown(value), Per.shown(Per.shown(value)));
    }
  }

  private static List<String> values(String per) {
    return Per.parse(per).orElseThrow().values(CALLER);
  }
}
