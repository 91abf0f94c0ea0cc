package io.nexus.server.log;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.nexus.server.http.JsonText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** An event of the log as a JSON object on a line. */
final class JsonLine extends Formatter {

  @Override
  public String format(LogRecord each) {
    var text =
        JsonText.write(
            json -> {
              json.writeStartObject();
              json.writeStringField("time", each.getInstant().toString());
              json.writeStringField("level", each.getLevel().getName());
              json.writeStringField("logger", each.getLoggerName());
              json.writeStringField("message", formatMessage(each));
              if (each instanceof EventLog.Event event) {
                fields(json, event);
              }
              if (each.getThrown() != null) {
                json.writeStringField("thrown", stack(each.getThrown()));
              }
              json.writeEndObject();
            });
    return text + System.lineSeparator();
  }

  private static void fields(JsonGenerator json, EventLog.Event event) throws IOException {
    for (var field : event.fields().entrySet()) {
      json.writeFieldName(field.getKey());
      switch (field.getValue()) {
        case Integer number -> json.writeNumber(number);
        case Long number -> json.writeNumber(number);
        default -> json.writeString(field.getValue().toString());
      }
    }
  }

  private static String stack(Throwable thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
