package io.nexus.server.dialect.units;

import io.nexus.control.money.Usage;
import io.nexus.server.dialect.AnswerCost;
import io.nexus.server.dialect.Events;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReportedUsage;
import io.nexus.server.dialect.SseBuffer;
import io.nexus.server.dialect.SseText;
import io.nexus.server.dialect.UnitsUsed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of a stream: partial images, audio, transcribed text. They are forwarded unchanged;
 * the last of a kind, named {@code ...completed} or {@code ...done}, reports the usage. The worst
 * case is held before the stream begins, so it is never cut off.
 */
final class UnitEvents implements Events {

  private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

  private final UnitReading reading;
  private final int expected;
  private final List<List<Usage>> said = new ArrayList<>(1);
  private ReportedUsage usage = ReportedUsage.NONE;
  private @Nullable ProviderError error;
  private int ended;
  private boolean hasData;
  private boolean isDone;

  /**
   * A stream without events so far.
   *
   * @param expected the number of results, each with an end event
   */
  UnitEvents(UnitReading reading, int expected) {
    this.reading = reading;
    this.expected = expected;
  }

  @Override
  public void pass(SseBuffer event, Sink client) {
    int from = event.dataFrom();
    int to = event.dataTo();
    if (from < to) {
      if (isDone(event.data(), from, to)) {
        isDone = true;
      } else {
        hasData = true;
        read(UnitReport.read(event.data(), from, to), event.isError());
      }
    }
    client.write(event.bytes(), event.from(), event.to());
  }

  private void read(UnitReport report, boolean isError) {
    if (isError) {
      report.isError();
    }
    if (error == null) {
      error = report.error();
    }
    if (report.type().endsWith("completed") || report.type().endsWith(".done")) {
      ended++;
      var used = UnitAnswer.said(report, reading);
      if (!used.isEmpty()) {
        said.add(used);
        usage = report.usage().reported();
      }
    }
  }

  private static boolean isDone(byte[] data, int from, int to) {
    if (to - from < DONE.length) {
      return false;
    }
    for (int i = 0; i < DONE.length; i++) {
      if (data[from + i] != DONE[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Progress progress() {
    if (isDone) {
      return Progress.DONE;
    }
    if (ended >= expected) {
      return Progress.FINISHED;
    }
    return ended > 0 ? Progress.PERHAPS : Progress.OPEN;
  }

  @Override
  public boolean hasData() {
    return hasData;
  }

  @Override
  public @Nullable ProviderError error() {
    return error;
  }

  @Override
  public ReportedUsage usage() {
    return usage;
  }

  /** The sum of the reports is complete only if each result has one. */
  @Override
  public UnitsUsed units() {
    if (said.isEmpty() || said.size() < ended) {
      return UnitsUsed.NONE;
    }
    var sum = said.getFirst();
    for (var more : said.subList(1, said.size())) {
      var both = new ArrayList<Usage>();
      for (int i = 0; i < Math.min(sum.size(), more.size()); i++) {
        both.add(sum(sum.get(i), more.get(i)));
      }
      sum = both;
    }
    return new UnitsUsed(sum, List.of());
  }

  private static Usage sum(Usage one, Usage other) {
    var sum =
        new Usage(
            one.inputTokens() + other.inputTokens(),
            one.cachedInputTokens() + other.cachedInputTokens(),
            one.cacheWriteTokens() + other.cacheWriteTokens(),
            one.audioInputTokens() + other.audioInputTokens(),
            one.outputTokens() + other.outputTokens(),
            one.reasoningTokens() + other.reasoningTokens(),
            one.audioOutputTokens() + other.audioOutputTokens());
    for (var extra : one.extras().entrySet()) {
      sum = sum.with(extra.getKey(), extra.getValue());
    }
    for (var extra : other.extras().entrySet()) {
      long before = sum.extras().getOrDefault(extra.getKey(), 0L);
      sum = sum.with(extra.getKey(), before + extra.getValue());
    }
    return sum;
  }

  @Override
  public boolean isUsageLast() {
    return false;
  }

  @Override
  public String cutOff(AnswerCost cost) {
    return SseText.event(
        "error",
        "{\"type\":\"error\",\"error\":{\"message\":\"The budget is used up.\","
            + "\"type\":\"budget_exceeded\",\"param\":null,\"code\":\"insufficient_quota\"}}");
  }

  @Override
  public String broken(boolean slow) {
    var how = slow ? "sent nothing in time" : "broke off in the middle of its answer";
    return SseText.event(
        "error",
        "{\"type\":\"error\",\"error\":{\"message\":\"The backend %s.\",\"type\":\"server_error\","
                .formatted(how)
            + "\"param\":null,\"code\":\"upstream_broken\"}}");
  }
}
