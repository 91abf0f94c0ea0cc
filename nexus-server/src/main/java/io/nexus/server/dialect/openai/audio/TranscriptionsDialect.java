package io.nexus.server.dialect.openai.audio;

import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Usage;
import io.nexus.control.routing.Api;
import io.nexus.server.dialect.Asked;
import io.nexus.server.dialect.Call;
import io.nexus.server.dialect.Dialect;
import io.nexus.server.dialect.request.FieldNames;
import io.nexus.server.dialect.request.FormFields;
import io.nexus.server.dialect.request.Multipart;
import io.nexus.server.dialect.request.RequestContent;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.dialect.units.UnitReading;
import io.nexus.server.dialect.units.UnitReport;
import io.nexus.server.dialect.units.UnitRequest;
import io.nexus.server.http.ApiException;
import java.util.List;

/**
 * OpenAI's transcriptions API: speech to text, in its own language or in English. It is billed by
 * the duration of the audio, or by tokens of audio and text.
 */
public final class TranscriptionsDialect implements Dialect {

  private static final FieldNames NAMES =
      new FieldNames("model", "prompt", "response_format", "stream", "user", "extra_body");

  private final String path;

  private TranscriptionsDialect(String path) {
    this.path = path;
  }

  /** The dialect for text in the spoken language. */
  public static TranscriptionsDialect transcriptions() {
    return new TranscriptionsDialect("/audio/transcriptions");
  }

  /** The dialect for text in English. */
  public static TranscriptionsDialect translations() {
    return new TranscriptionsDialect("/audio/translations");
  }

  @Override
  public Api api() {
    return Api.TRANSCRIPTIONS;
  }

  @Override
  public List<String> paths() {
    return List.of("/v1" + path);
  }

  @Override
  public Asked read(Call call) {
    var body = call.body();
    if (!Multipart.isOne(body)) {
      throw ApiException.badRequest(null, "The body must be multipart/form-data with a 'file'.");
    }
    var fields = FormFields.read(body, NAMES);
    if (fields.files().isEmpty()) {
      throw RequestFields.missing("file");
    }
    long millis = 0;
    for (var file : fields.files()) {
      millis += AudioLength.mostMillis(body, file.from(), file.to());
    }
    return new UnitRequest(
        new RequestContent(body, UnitRequest.prompt(List.of(fields.text("prompt")))),
        fields.model(),
        fields.modelAt(),
        UnitRequest.needs(Api.TRANSCRIPTIONS, false, Heard.ways(millis)),
        fields.text("user"),
        path,
        fields.contentType(),
        1,
        new Heard());
  }

  /** Reads the duration of the audio in the answers. */
  private record Heard() implements UnitReading {

    /** Gemini's rate, the highest published; OpenAI's models have ten. */
    private static final long HEARD_TOKENS_A_SECOND = 32;

    /** Fast speech has six words a second. */
    private static final long WRITTEN_TOKENS_A_SECOND = 16;

    private static final long LEAST_WRITTEN_TOKENS = 64;

    static List<Usage> ways(long millis) {
      long seconds = Math.ceilDiv(millis, 1000);
      long heard = seconds * HEARD_TOKENS_A_SECOND;
      long written = seconds * WRITTEN_TOKENS_A_SECOND + LEAST_WRITTEN_TOKENS;
      return List.of(
          Usage.NONE.with(PriceKind.AUDIO_HOUR, seconds * 1000),
          Usage.NONE.with(PriceKind.INPUT_AUDIO_SECOND, seconds * 1000),
          new Usage(heard, 0, 0, heard, written, 0, 0));
    }

    @Override
    public List<Usage> reported(UnitReport report) {
      long millis = report.millis();
      return millis == 0
          ? List.of()
          : List.of(
              Usage.NONE.with(PriceKind.AUDIO_HOUR, millis),
              Usage.NONE.with(PriceKind.INPUT_AUDIO_SECOND, millis));
    }
  }
}
