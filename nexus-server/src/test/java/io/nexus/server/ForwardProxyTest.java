package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.server.backend.ForwardProxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardProxyTest {

  @ParameterizedTest
  @CsvSource({
    "https://api.example.com/v1, http://proxy:3128, '', http://proxy:3128",
    "https://api.example.com/v1, proxy:3128, '', http://proxy:3128",
    "http://api.example.com/v1, http://proxy:3128, '', ''",
    "https://localhost:8443/v1, http://proxy:3128, '', ''",
    "https://127.0.0.1/v1, http://proxy:3128, '', ''",
    "https://api.example.com/v1, http://proxy:3128, 'other.org, example.com', ''",
    "https://api.example.com/v1, http://proxy:3128, .example.com, ''",
    "https://api.example.com/v1, http://proxy:3128, ample.com, http://proxy:3128",
    "https://api.example.com/v1, http://proxy:3128, *, ''",
    "https://api.example.com/v1, '', '', ''",
    "https://api.example.com/v1, 'no address', '', ''",
  })
  void of(String backend, String proxy, String exceptions, String expected) {
    var environment = Map.of("HTTPS_PROXY", proxy, "no_proxy", exceptions);

    var found = ForwardProxy.of(URI.create(backend), environment);

    assertEquals(expected, found.map(URI::toString).orElse(""));
  }
}
