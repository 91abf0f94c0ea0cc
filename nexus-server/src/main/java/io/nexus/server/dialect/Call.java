package io.nexus.server.dialect;

import java.util.function.UnaryOperator;

/**
 * What a client sent, before anybody knows what it means.
 *
 * @param target what its path names: the model in Azure's paths, the model and what is asked of it
 *     in Google's; empty in most
 * @param query the first value of a parameter of its query; empty if there is none
 * @param body the bytes
 * @param earlier what it may refer to
 */
@SuppressWarnings("ArrayRecordComponent") // handed on whole, never compared
public record Call(
    String target, UnaryOperator<String> query, byte[] body, EarlierAnswers earlier) {

  /** One that can refer to nothing that is known. */
  public Call(String target, UnaryOperator<String> query, byte[] body) {
    this(target, query, body, EarlierAnswers.NONE);
  }

  /** The same where it may refer to these. */
  public Call after(EarlierAnswers others) {
    return new Call(target, query, body, others);
  }

  /** A body that says all. */
  public static Call of(byte[] body) {
    return new Call("", _ -> "", body);
  }

  /** The body with the model that the path names, should it name one. */
  public byte[] bodyWithModel() {
    return target.isEmpty() ? body : ModelOfPath.in(body, target);
  }
}
