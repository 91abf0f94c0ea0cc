package io.nexus.server.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class UpstreamRequestTest {

  @Test
  void api_encodedColon_isGemini() {
    var request =
        new UpstreamRequest(
            1,
            "POST",
            "/v1beta/models/gemini-2.5-pro%3AstreamGenerateContent",
            List.of(),
            new byte[0],
            0);

    assertEquals(Api.GEMINI, request.api());
    assertEquals("gemini-2.5-pro", request.model());
    assertTrue(request.streaming());
  }
}
