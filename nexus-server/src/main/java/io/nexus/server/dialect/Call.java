package io.nexus.server.dialect;

import java.util.function.UnaryOperator;

/**
 * An unparsed request of a client.
 *
 * @param target the path's target: the model in Azure's paths, the model and the action in
 *     Google's; empty in most
 * @param query the first value of a parameter of its query; empty if there is none
 * @param body the bytes
 * @param earlier finds the answers that it may refer to
 */
@SuppressWarnings("ArrayRecordComponent") // passed on as it is, never compared
public record Call(
    String target, UnaryOperator<String> query, byte[] body, EarlierAnswers earlier) {

  /** A request without known earlier answers. */
  public Call(String target, UnaryOperator<String> query, byte[] body) {
    this(target, query, body, EarlierAnswers.NONE);
  }

  /** This request with earlier answers. */
  public Call after(EarlierAnswers others) {
    return new Call(target, query, body, others);
  }

  /** A request that consists of its body. */
  public static Call of(byte[] body) {
    return new Call("", _ -> "", body);
  }

  /** The body with the path's model inserted, if the path names one. */
  public byte[] bodyWithModel() {
    return target.isEmpty() ? body : ModelOfPath.in(body, target);
  }
}
