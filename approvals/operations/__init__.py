"""What reviewers do to seats beside deciding: signers, transfer, return, recusal …"""
