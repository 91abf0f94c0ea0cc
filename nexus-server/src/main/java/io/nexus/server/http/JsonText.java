package io.nexus.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Writes JSON, numbers as plain decimals. */
public final class JsonText {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private JsonText() {}

  /** Content written as JSON. */
  @FunctionalInterface
  public interface Content {
    /** Writes it. */
    void to(JsonGenerator json) throws IOException;
  }

  /** The content as text. */
  public static String write(Content content) {
    var text = new StringWriter();
    try (var json = FACTORY.createGenerator(text)) {
      content.to(json);
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot fail to be written to", e);
    }
    return text.toString();
  }
}
