package io.nexus.server.http;

import io.helidon.common.GenericType;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.mapper.Value;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A response header of printable ASCII, checked and encoded when it is created. The server checks
 * the name and the value of any other header whenever it writes it.
 */
public final class PlainHeader implements Header {

  /** The name of response headers, encoded once. */
  public static final class Name {
    private final HeaderName name;
    private final byte[] start;

    /** The given name. */
    public Name(String name) {
      this(HeaderNames.create(name));
    }

    /** The given name. */
    public Name(HeaderName name) {
      this.name = name;
      this.start = (name.defaultCase() + ": ").getBytes(StandardCharsets.US_ASCII);
    }

    /** The header with a value; one that the server checks unless the value is printable ASCII. */
    public Header of(String value) {
      return isPlain(value)
          ? new PlainHeader(this, value, line(this, value))
          : HeaderValues.create(name, value);
    }
  }

  /** A {@code Content-Length} that is not written, and that keeps the server from writing one. */
  static final Header UNKNOWN_LENGTH =
      new PlainHeader(new Name(HeaderNames.CONTENT_LENGTH), "0", new byte[0]);

  private final Name name;
  private final String value;
  private final byte[] line;

  private PlainHeader(Name name, String value, byte[] line) {
    this.name = name;
    this.value = value;
    this.line = line;
  }

  private static byte[] line(Name name, String value) {
    int length = name.start.length + value.length();
    var line = new byte[length + 2];
    System.arraycopy(name.start, 0, line, 0, name.start.length);
    for (int i = name.start.length; i < length; i++) {
      line[i] = (byte) value.charAt(i - name.start.length);
    }
    line[length] = '\r';
    line[length + 1] = '\n';
    return line;
  }

  /** Whether a value has characters, all of them printable ASCII. */
  public static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return !value.isEmpty();
  }

  @Override
  public void writeHttp1Header(BufferData buffer) {
    buffer.write(line);
  }

  @Override
  public void validate() {
    // It was checked when it was created.
  }

  @Override
  public String name() {
    return name.name.defaultCase();
  }

  @Override
  public HeaderName headerName() {
    return name.name;
  }

  @Override
  public String get() {
    return value;
  }

  @Override
  public List<String> allValues() {
    return List.of(value);
  }

  @Override
  public int valueCount() {
    return 1;
  }

  @Override
  public boolean sensitive() {
    return false;
  }

  @Override
  public boolean changing() {
    return false;
  }

  private Header usual() {
    return HeaderValues.create(name.name, value);
  }

  @Override
  public <N> Value<N> as(Class<N> type) {
    return usual().as(type);
  }

  @Override
  public <N> Value<N> as(GenericType<N> type) {
    return usual().as(type);
  }

  @Override
  public <N> Value<N> as(Function<? super String, ? extends N> mapper) {
    return usual().as(mapper);
  }

  @Override
  public Optional<String> asOptional() {
    return Optional.of(value);
  }

  @Override
  public Value<Boolean> asBoolean() {
    return usual().asBoolean();
  }

  @Override
  public Value<String> asString() {
    return this;
  }

  @Override
  public Value<Integer> asInt() {
    return usual().asInt();
  }

  @Override
  public Value<Long> asLong() {
    return usual().asLong();
  }

  @Override
  public Value<Double> asDouble() {
    return usual().asDouble();
  }

  @Override
  public String toString() {
    return name() + ": " + value;
  }
}
