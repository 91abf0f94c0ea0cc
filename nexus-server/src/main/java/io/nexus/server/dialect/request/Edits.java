package io.nexus.server.dialect.request;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.nexus.server.dialect.Span;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The changes to a body before it is forwarded; all other bytes stay. For one body, not for
 * concurrent use.
 */
public final class Edits {

  /**
   * A replacement of a part of the body.
   *
   * @param last whether it removes the last field, together with the comma before it
   */
  private record Edit(Span at, String text, boolean last) {}

  private final byte[] body;
  private final List<Edit> edits = new ArrayList<>();

  /** No edits of the body yet. */
  public Edits(byte[] body) {
    this.body = body;
  }

  /** Replaces a part by a text. */
  public void replace(Span at, String text) {
    edits.add(new Edit(at, text, false));
  }

  /** Inserts a text before a byte. */
  public void insert(int at, String text) {
    replace(new Span(at, at), text);
  }

  /** Inserts a field, such as {@code "a":1}, at the start of the object that begins at a byte. */
  public void insertField(Span object, String field) {
    boolean empty = isBlank(object.from() + 1, object.to() - 1);
    insert(object.from() + 1, empty ? field : field + ',');
  }

  /** Removes a field, by the position of its value. */
  public void remove(Span value) {
    int end = value.to();
    while (body[end] <= ' ') {
      end++;
    }
    boolean last = body[end] != ',';
    edits.add(new Edit(new Span(keyOf(value).from(), last ? value.to() : end + 1), "", last));
  }

  /** The position of a field's name, with its quotes. The known names contain no quotes. */
  public Span keyOf(Span value) {
    int to = value.from();
    while (body[to - 1] != '"') {
      to--;
    }
    int from = to - 1;
    while (body[from - 1] != '"') {
      from--;
    }
    return new Span(from - 1, to);
  }

  /** Whether the value is null. */
  public boolean isNull(Span value) {
    return body[value.from()] == 'n';
  }

  /** Whether the value is an object. */
  public boolean isObject(Span value) {
    return body[value.from()] == '{';
  }

  private boolean isBlank(int from, int to) {
    for (int i = from; i < to; i++) {
      if (body[i] > ' ') {
        return false;
      }
    }
    return true;
  }

  /** The body with all edits; the same array if there are none. */
  public byte[] apply() {
    if (edits.isEmpty()) {
      return body;
    }
    edits.sort(Comparator.comparingInt(edit -> edit.at().from()));
    var out = new Written(body.length + 96);
    int copied = 0;
    for (var edit : edits) {
      out.write(body, copied, edit.at().from() - copied);
      if (edit.last()) {
        out.dropComma();
      }
      out.writeBytes(edit.text().getBytes(StandardCharsets.UTF_8));
      copied = edit.at().to();
    }
    out.write(body, copied, body.length - copied);
    return out.toByteArray();
  }

  private static final class Written extends ByteArrayOutputStream {
    Written(int size) {
      super(size);
    }

    /** Removes a comma at the end, and blanks after it. */
    void dropComma() {
      int end = count;
      while (end > 0 && buf[end - 1] <= ' ') {
        end--;
      }
      if (end > 0 && buf[end - 1] == ',') {
        count = end - 1;
      }
    }
  }

  /** A text as JSON has it. */
  public static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
