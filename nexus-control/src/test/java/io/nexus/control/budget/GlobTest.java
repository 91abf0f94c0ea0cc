package io.nexus.control.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "gpt-4*, gpt-4o, true",
    "gpt-4*, gpt-4, true",
    "gpt-4*, gpt-3.5, false",
    "*, '', true",
    "'', '', true",
    "'', a, false",
    "*mini, gpt-4o-mini, true",
    "*mini, gpt-4o-mini-2, false",
    "a*b*c, aXbYbZc, true",
    "a*b*c, acb, false",
    "gpt.4, gpt-4, false",
    "**, anything, true"
  })
  void matches_starIsAnyText_restIsItself(String pattern, String name, boolean fits) {
    assertEquals(fits, new Glob(pattern).matches(name));
  }
}
