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
   * A part of the body in other words.
   *
   * @param last whether it takes the last field away, so that a comma before it goes, too
   */
  private record Edit(Span at, String text, boolean last) {}

  private final byte[] body;
  private final List<Edit> edits = new ArrayList<>();

  /** None yet of that body. */
  public Edits(byte[] body) {
    this.body = body;
  }

  /** Puts a text in the place of a part. */
  public void replace(Span at, String text) {
    edits.add(new Edit(at, text, false));
  }

  /** Puts a text before a byte. */
  public void insert(int at, String text) {
    replace(new Span(at, at), text);
  }

  /** Puts a field, such as {@code "a":1}, first into the object that begins at a byte. */
  public void insertField(Span object, String field) {
    boolean empty = isBlank(object.from() + 1, object.to() - 1);
    insert(object.from() + 1, empty ? field : field + ',');
  }

  /** Takes a field away, by the place of its value. */
  public void remove(Span value) {
    int end = value.to();
    while (body[end] <= ' ') {
      end++;
    }
    boolean last = body[end] != ',';
    edits.add(new Edit(new Span(keyOf(value).from(), last ? value.to() : end + 1), "", last));
  }

  /** The name of a field, with its quotes, of which it has no others: it is one of a few. */
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

  /** The body with all of it; the very array that came if nothing is to be changed. */
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

    /** Takes back a comma at the end, and blanks after it. */
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
