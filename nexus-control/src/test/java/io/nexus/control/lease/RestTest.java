package io.nexus.control.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ArrayBlockingQueue;
import org.junit.jupiter.api.Test;

class RestTest {

  private final ArrayBlockingQueue<DrawRequest> waiting = new ArrayBlockingQueue<>(4);
  private final Rest rest = new Rest(waiting);

  @Test
  void end_ofARest_isOneRequestHoweverManyEndIt() {
    rest.begin();
    rest.end();
    rest.end();
    assertEquals(1, waiting.size());
    assertTrue(waiting.remove().isAboutAll());
    rest.begin();
    rest.end();
    assertEquals(1, waiting.size());
  }

  @Test
  void end_ofAShortPauseOrAtWork_isNothing() {
    rest.end();
    rest.begin();
    rest.over();
    rest.end();
    assertEquals(0, waiting.size());
  }

  @Test
  void endPause_always_isARequest() {
    rest.endPause();
    assertEquals(1, waiting.size());
  }
}
