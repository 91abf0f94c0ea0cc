package io.nexus.server.dialect.openai.audio;

import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Usage;
import io.nexus.control.routing.Api;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.FormFields;
import io.nexus.server.dialect.request.RequestContent;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.dialect.units.UnitReading;
import io.nexus.server.dialect.units.UnitReport;
import io.nexus.server.dialect.units.UnitRequest;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * OpenAI's speech API: text to audio. It is billed by characters, by the duration of the audio, or
 * by tokens of text and audio. The audio is forwarded unchanged.
 */
public final class SpeechDialect implements Dialect {

  private static final FieldNames NAMES =
      new FieldNames(
          "model",
          "input",
          "instructions",
          "speed",
          "response_format",
          "stream_format",
          "user",
          "extra_body");

  /** People speak twelve to eighteen characters a second, in Chinese four to six. */
  private static final long MILLIS_A_CHARACTER = 250;

  private static final long SILENT_MILLIS = 5_000;

  /** At $12 for a million tokens and $0.015 for a minute a second is some 21 tokens. */
  private static final long TOKENS_A_SECOND = 25;

  @Override
  public Api api() {
    return Api.SPEECH;
  }

  @Override
  public List<String> paths() {
    return List.of("/v1/audio/speech");
  }

  @Override
  public Asked read(Call call) {
    var body = call.bodyWithModel();
    var fields = FormFields.read(body, NAMES);
    var input = fields.text("input");
    if (input.isEmpty()) {
      throw RequestFields.missing("input");
    }
    long characters = input.codePointCount(0, input.length());
    long most = (characters * MILLIS_A_CHARACTER + SILENT_MILLIS) * 100 / percent(fields);
    var texts = List.of(input, fields.text("instructions"));
    return new UnitRequest(
        new RequestContent(body, UnitRequest.prompt(texts)),
        fields.model(),
        fields.modelAt(),
        UnitRequest.needs(Api.SPEECH, false, ways(characters, most)),
        fields.text("user"),
        "/audio/speech",
        fields.contentType(),
        1,
        new Sound(characters, most, fields.text("response_format").equals("pcm")));
  }

  /** The lowest possible speed, in percent of the usual one. */
  private static long percent(FormFields fields) {
    var text = fields.text("speed");
    if (text.isEmpty()) {
      return 100;
    }
    try {
      var speed = new BigDecimal(text.length() > 20 ? "" : text);
      if (speed.signum() > 0 && Math.abs(speed.scale()) <= 20) {
        var percent = speed.movePointRight(2).setScale(0, RoundingMode.DOWN);
        return Math.max(1, percent.min(BigDecimal.valueOf(100)).longValue());
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw RequestFields.wrongType("speed", "a number above 0");
  }

  private static List<Usage> ways(long characters, long millis) {
    long tokens = millis * TOKENS_A_SECOND / 1000 + 1;
    return List.of(
        Usage.NONE.with(PriceKind.INPUT_CHARACTER, characters),
        Usage.NONE.with(PriceKind.OUTPUT_SECOND, millis),
        new Usage(0, 0, 0, 0, tokens, 0, tokens));
  }

  /** The units that the audio itself shows, if no usage is reported. */
  private record Sound(long characters, long mostMillis, boolean isRaw) implements UnitReading {

    /** 24,000 samples of two bytes. */
    private static final int RAW_BYTES_A_MILLI = 48;

    @Override
    public Usage tokens(Usage reported) {
      return reported.audioOutputTokens() > 0
          ? reported
          : new Usage(
              reported.inputTokens(),
              reported.cachedInputTokens(),
              0,
              0,
              reported.outputTokens(),
              0,
              reported.outputTokens());
    }

    @Override
    public List<Usage> counted(byte[] body, UnitReport report) {
      long millis =
          isRaw
              ? Math.ceilDiv(body.length, RAW_BYTES_A_MILLI)
              : AudioLength.knownMillis(body, 0, body.length);
      return ways(characters, millis > 0 ? Math.min(millis, mostMillis) : mostMillis);
    }
  }
}
