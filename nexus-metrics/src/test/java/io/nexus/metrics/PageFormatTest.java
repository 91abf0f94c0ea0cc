package io.nexus.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageFormatTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                                                  | PROMETHEUS
          */*                                                                                 | PROMETHEUS
          text/html,application/xhtml+xml,*/*;q=0.8                                           | PROMETHEUS
          text/plain                                                                          | PROMETHEUS
          application/openmetrics-text                                                        | OPENMETRICS
          Application/OpenMetrics-Text; version=1.0.0; charset=utf-8                          | OPENMETRICS
          application/openmetrics-text;q=0                                                    | PROMETHEUS
          application/openmetrics-text;q=nonsense                                             | OPENMETRICS
          text/plain;q=0.9, application/openmetrics-text;q=0.5                                | PROMETHEUS
          application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/* | OPENMETRICS
          application/json                                                                    | PROMETHEUS
          ,;q=,;;                                                                             | PROMETHEUS
          """)
  void forAccept_anyHeader_picksTheFormat(String accept, PageFormat expected) {
    assertEquals(expected, PageFormat.forAccept(accept));
  }

  @Test
  void contentType_eachFormat_namesItsVersion() {
    assertEquals("text/plain; version=0.0.4; charset=utf-8", PageFormat.PROMETHEUS.contentType());
    assertTrue(
        PageFormat.OPENMETRICS.contentType().startsWith("application/openmetrics-text; version=1"));
  }
}
