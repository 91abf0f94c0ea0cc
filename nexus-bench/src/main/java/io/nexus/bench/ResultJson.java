package io.nexus.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.Path;

/** Results as a JSON file. */
public final class ResultJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(Double.TYPE, new FigureSerializer())
                  .addSerializer(Double.class, new FigureSerializer()))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private ResultJson() {}

  /** Writes NaN, which JSON lacks, as null. */
  private static final class FigureSerializer extends StdSerializer<Double> {
    @Serial private static final long serialVersionUID = 1;

    FigureSerializer() {
      super(Double.class);
    }

    @Override
    public void serialize(Double figure, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (figure.isNaN() || figure.isInfinite()) {
        out.writeNull();
      } else {
        out.writeNumber(figure);
      }
    }
  }

  /**
   * Writes a record as a JSON object, its components as the object's fields. NaN is written as
   * null.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Record results) throws IOException {
    var folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    MAPPER.writeValue(file.toFile(), results);
  }
}
