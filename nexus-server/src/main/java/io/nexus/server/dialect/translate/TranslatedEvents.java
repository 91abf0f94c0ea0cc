package io.nexus.server.dialect.translate;

import io.nexus.server.dialect.AnswerCost;
import io.nexus.server.dialect.AnswerRoom;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.SseBuffer;
import io.nexus.server.dialect.UnitsUsed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A stream parsed in the backend's API and forwarded in the client's: the output of the backend's
 * dialect is translated event by event.
 */
final class TranslatedEvents implements Events {

  private static final byte[] END_OF_EVENT = {'\n', '\n'};

  private final Events events;
  private final Translation.EventTranslation translation;
  private final SseBuffer buffer = new SseBuffer(AnswerRoom.taken());
  private final ByteArrayOutputStream passed = new ByteArrayOutputStream(512);
  private final EventText client = new EventText();
  private final AnswerRoom room;

  /**
   * A translated stream.
   *
   * @param room bounds the text that must wait for other parts
   */
  TranslatedEvents(Events events, Translation.EventTranslation translation, AnswerRoom room) {
    this.events = events;
    this.translation = translation;
    this.room = room;
  }

  @Override
  public void pass(SseBuffer event, Sink sink) {
    events.pass(event, (bytes, from, to) -> passed.write(bytes, from, to - from));
    passed.writeBytes(END_OF_EVENT);
    translate();
    boundWaiting();
    if (events.progress() == Progress.DONE) {
      translation.end(client);
    }
    var translated = client.take();
    if (translated.length > 0) {
      sink.write(translated, 0, translated.length);
    }
  }

  @Override
  public byte[] ended() {
    translation.end(client);
    return client.take();
  }

  @Override
  public String cutOff(AnswerCost cost) {
    return translated(events.cutOff(cost), true);
  }

  @Override
  public String broken(boolean slow) {
    return translated(events.broken(slow), false);
  }

  private String translated(String text, boolean ends) {
    passed.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    translate();
    if (ends) {
      translation.end(client);
    }
    return new String(client.take(), StandardCharsets.UTF_8);
  }

  /** Only here, since a stream beyond its room must still end. */
  private void boundWaiting() {
    try {
      room.note(translation.waitingChars());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Translates the output of the backend's dialect. */
  private void translate() {
    var in = new ByteArrayInputStream(passed.toByteArray());
    passed.reset();
    try {
      while (buffer.fill(in)) {
        while (buffer.next()) {
          event();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Translates one event; comments and end markers have no translation. */
  private void event() {
    if (buffer.dataFrom() == buffer.dataTo()) {
      return;
    }
    try {
      translation.translate(Tree.answer(buffer.data(), buffer.dataFrom(), buffer.dataTo()), client);
    } catch (IOException e) {
      return;
    }
  }

  @Override
  public Progress progress() {
    return events.progress();
  }

  @Override
  public boolean hasData() {
    return events.hasData();
  }

  @Override
  public @Nullable ProviderError error() {
    return events.error();
  }

  @Override
  public ReportedUsage usage() {
    return events.usage();
  }

  @Override
  public UnitsUsed units() {
    return events.units();
  }

  @Override
  public long saidOutputTokens() {
    return events.saidOutputTokens();
  }

  @Override
  public boolean isUsageLast() {
    return events.isUsageLast();
  }

  @Override
  public boolean isBeyondHold() {
    return events.isBeyondHold();
  }
}
