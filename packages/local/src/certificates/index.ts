export {
  type Authority,
  type CertificateRequest,
  createAuthority,
  encryptKey,
  type Issued,
  LOOPBACK_ADDRESSES,
  openAuthority,
  selfSigned,
  toPkcs12,
  toPkcs12Truststore,
} from "./authority";
export { localCertificates, type CertificateFiles, type LocalCertificates } from "./local-certificates";
