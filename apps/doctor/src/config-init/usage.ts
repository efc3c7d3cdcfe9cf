export const usage = `Usage: dwld config init [FILE] [--ftp HOST] [--ftp-port N] [--ftp-user USER] [--ftp-password-file FILE]
                        [--ftp-directory FOLDER] [--ftp-tls MODE] [--ftp-fingerprint HEX] [--no-ftp] [--untried] [--force]

Writes a configuration with every setting explained, and the password into a file of its own; tries the FTP server before
that, and says the next command. On a terminal it asks for what is not given.

  FILE                       default: /etc/dwld/dwld.yaml where dwld is installed, in a checkout data/dwld.yaml, which
                             make up takes
  --ftp HOST                 the FTP server
  --ftp-port N               default: 21; 990 with implicit
  --ftp-user USER            default: anonymous, without a password
  --ftp-password-file FILE   holds the password, which is copied; "-": it is read from stdin
  --ftp-directory FOLDER     the folder on the server; default: /
  --ftp-tls MODE             explicit (the default), implicit or none
  --ftp-fingerprint HEX      the SHA-256 of the server's certificate, where no authority has signed it
  --no-ftp                   files stay on this machine
  --untried                  write it without trying the server
  --force                    write over what is there

Exit status: 0: written; 1: not written, and why; 2: written wrong; 78: the settings are wrong.
`;
