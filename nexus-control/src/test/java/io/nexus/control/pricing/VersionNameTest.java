package io.nexus.control.pricing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionNameTest {

  @ParameterizedTest
  @CsvSource({
    "-2024-08-06, true",
    "-20240806, true",
    "@20240806, true",
    "-0613, true",
    "-2024, true",
    "-001, true",
    "-latest, true",
    "-preview, true",
    "-preview-05-06, true",
    "-exp-0827, true",
    "-09-2025, true",
    "-20250805-v1:0, true",
    "-beta:online, true",
    ":online, true",
    ":thinking, true",
    "-2024-08-06:org::id, false",
    "-2024-08-06:org, true",
    "-turbo, false",
    "-turbo-2024, false",
    "-mini, false",
    "-32k, false",
    "-1, false",
    "-1-20250805, false",
    "-v2, false",
    "-07, false",
    ":70b, false",
    ":, false",
    "-, false",
    "--2024, false",
    ".5, false",
    "o, false",
    "/x, false",
    "-2024x, false",
    "'', false",
  })
  void goesOnAt_rest_isAVersionOrAnotherModel(String rest, boolean version) {
    assertEquals(version, VersionName.goesOnAt("model" + rest, 5));
  }

  @ParameterizedTest
  @CsvSource({
    "-2024-08-06, true",
    "@20240806, true",
    "-001, true",
    "-preview, false",
    "-2024-preview, false",
    ":online, false",
    "-1, false",
    "'', false",
  })
  void isDateAt_rest_isADateAlone(String rest, boolean date) {
    assertEquals(date, VersionName.isDateAt("model" + rest, 5));
  }
}
