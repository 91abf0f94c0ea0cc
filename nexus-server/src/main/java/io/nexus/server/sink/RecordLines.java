package io.nexus.server.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.nexus.control.ledger.SpendRecord;
import io.nexus.server.spend.RecordJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** Records as JSON, with amounts in plain digits. */
final class RecordLines {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private RecordLines() {}

  /** One object a line. */
  static byte[] lines(List<SpendRecord> records) throws IOException {
    var bytes = new ByteArrayOutputStream(512 * records.size());
    for (var record : records) {
      try (var json = JSON.createGenerator(bytes)) {
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        RecordJson.write(json, record);
      }
      bytes.write('\n');
    }
    return bytes.toByteArray();
  }

  /** One message with all records. */
  static byte[] message(String sink, String timestamp, List<SpendRecord> records)
      throws IOException {
    var bytes = new ByteArrayOutputStream(512 * records.size() + 128);
    try (var json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("type", "spend.records");
      json.writeStringField("timestamp", timestamp);
      json.writeStringField("sink", sink);
      json.writeArrayFieldStart("records");
      for (var record : records) {
        RecordJson.write(json, record);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /** An identity of a batch, the same for the same records. */
  static byte[] identity(List<SpendRecord> records) {
    var text = new StringBuilder();
    for (var record : records) {
      var id = record.attempt();
      text.append(id.requestId())
          .append('.')
          .append(id.number())
          .append('.')
          .append(id.revision())
          .append('\n');
    }
    return text.toString().getBytes(UTF_8);
  }
}
